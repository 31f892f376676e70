import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where a browser may be: told by the environment, or where Debian and GitHub's runners put it. */
const CANDIDATES = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

export const chromiumPath: string | null = CANDIDATES.find((path) => path !== undefined && existsSync(path)) ?? null;

/** A browser of this machine; needs `chromiumPath`. */
export function openBrowser(): Promise<Browser> {
  if (chromiumPath === null) throw new Error("there is no Chromium here: set CHROMIUM_PATH");
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** What happened while a page was shown. */
export type Watched = {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
};

/** Shows HTML and notes every console message, error, dialog and request. */
export async function show(
  browser: Browser,
  html: string,
  look: { readonly width: number; readonly scheme: "light" | "dark" },
): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: look.width, height: 900 }, colorScheme: look.scheme });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => requests.push(request.url()));
  await page.setContent(html, { waitUntil: "load" });
  return { page, complaints, requests };
}
