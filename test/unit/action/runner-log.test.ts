import { expect, test } from "vitest";
import { createRunnerLog } from "../../../action/runner-log.ts";

/** Every write, with the random tokens in it as TOKEN. */
function record() {
  const writes: string[] = [];
  const log = createRunnerLog((text) => writes.push(text));
  const text = () => writes.join("").replaceAll(/modelgate-[0-9a-f-]{36}/g, "TOKEN");
  return { log, writes, text };
}

test("lines, warnings and a group", () => {
  const { log, text } = record();
  log.info("one\ntwo");
  log.warn("100% sure\nand more");
  const group = log.group("risk, train");
  group.line("epoch 1: loss 0.5");
  group.end();
  log.info("after");
  expect(text()).toBe(
    "one\ntwo\n::warning::100%25 sure%0Aand more\n::group::risk, train\nepoch 1: loss 0.5\n::endgroup::\nafter\n",
  );
});

test("groups side by side come out one after another, each line in its own", () => {
  const { log, text } = record();
  const a = log.group("a");
  const b = log.group("b");
  const c = log.group("c");
  b.line("b1");
  a.line("a1");
  b.end();
  c.line("c1");
  a.line("a2");
  a.end();
  c.line("c2");
  c.end();
  expect(text()).toBe(
    "::group::a\na1\na2\n::endgroup::\n::group::b\nb1\n::endgroup::\n::group::c\nc1\nc2\n::endgroup::\n",
  );
});

test.each([
  ["a command", "::set-output name=verdict::pass"],
  ["behind white space", " \t\u0085::set-output name=verdict::pass"],
  ["of the old form, in the middle", "loss ##[set-output name=verdict;]pass"],
  ["behind a carriage return", "progress 1%\r::set-output name=verdict::pass"],
  ["on a second line", "fine\n::add-path::/tmp/evil"],
  ["that switches commands on", "::TOKEN::"],
  ["that switches commands off", "::stop-commands::mine"],
  ["with what cannot be seen inside", ":\u200d:set-output name=verdict::pass"],
  ["of the old form with what cannot be seen inside", "#\u00ad#\u0000[set-output name=verdict;]pass"],
  ["in full width", "\uff1a\uff1aset-output name=verdict\uff1a\uff1apass"],
])("text that could be a command is shown and not obeyed: %s", (_, line) => {
  for (const say of [
    (log: ReturnType<typeof record>["log"]) => log.info(line),
    (log: ReturnType<typeof record>["log"]) => log.group("g").line(line),
  ]) {
    const { log, writes, text } = record();
    say(log);
    expect(text().replace("::group::g\n", "")).toBe(`::stop-commands::TOKEN\n${line}\n::TOKEN::\n`);
    // In one piece: what a library of the runner prints cannot fall between.
    expect(writes.at(-1)?.startsWith("::stop-commands::")).toBe(true);
  }
});

test("a line that waits for its turn cannot command either", () => {
  const { log, text } = record();
  const first = log.group("first");
  const second = log.group("second");
  second.line("::error::gotcha");
  first.end();
  second.end();
  expect(text()).toContain("::group::second\n::stop-commands::TOKEN\n::error::gotcha\n::TOKEN::\n::endgroup::\n");
});

test("every use has a token of its own", () => {
  const { log, writes } = record();
  log.info("::a::");
  log.info("::a::");
  expect(writes[0]).not.toBe(writes[1]);
});

test("titles and warnings are data of their commands", () => {
  const { log, text } = record();
  log.warn("x\r\n::set-output name=a::b");
  log.group("t\n::set-output name=a::b").end();
  expect(text()).toBe("::warning::x%0D%0A::set-output name=a::b\n::group::t%0A::set-output name=a::b\n::endgroup::\n");
});
