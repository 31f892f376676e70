const FINGERPRINT = /^sha256:([0-9a-f]{64})$/;

/** A fingerprint, `sha256:<hex>`, as a part of a file's name or a key: its hexadecimal digits. Throws for anything else. */
export function fingerprintName(fingerprint: string): string {
  const name = FINGERPRINT.exec(fingerprint)?.[1];
  if (name === undefined)
    throw new Error(`a stage's fingerprint is sha256:<64 hexadecimal digits>, and not ${fingerprint}`);
  return name;
}
