import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvOf, fixtureText, quickProject, testRows } from "../../fixtures/projects/quick-project.ts";
import { HOSTILE_NAMES } from "../../fixtures/reports/hostile-names.ts";
import { GITHUB_REFERENCES, renderedText } from "../../unit/report/rendered-text.ts";
import { modelOf, type Scene, type SceneRun, startScene } from "./scene.ts";

/** Names in a repository are text wherever the action shows them. */

/** Those that a CSV file and a path can hold. */
const NAMES = HOSTILE_NAMES.filter(
  (name) => name.trim() !== "" && name.isWellFormed() && !/\p{Cc}/u.test(name.replaceAll(/[\r\n]/g, "")),
);
const COLUMN = "si|te`<b>@octocat</b>\n::set-output name=verdict::pass";
const CLASS = "malig|nant @octocat <img src=x> ##[set-output name=verdict;]pass";
const DATA = "data/te|st `x` <img src=x> @octocat.csv";
const SOURCE = "mo|del <b> `@octocat`.b64";
const MODEL = "out/mo|del <b> `@octocat`.onnx";
const SAYS =
  "::set-output name=verdict::pass ##[set-output name=verdict;]pass <script>alert(1)</script> @octocat | `x`";

function hostileProject(): Readonly<Record<string, string>> {
  const { "README.md": readme } = quickProject();
  const rows = testRows().map(({ site: _site, diagnosis, ...row }, index) => ({
    ...row,
    [COLUMN]: NAMES[index % NAMES.length] as string,
    diagnosis: diagnosis === "malignant" ? CLASS : "be\nnign",
  }));
  const config = {
    version: 1,
    models: {
      "risk/a-_b": {
        stages: {
          "train-_1": {
            cmd: [`base64 -d '${SOURCE}' > '${MODEL}'`, `echo '${SAYS}'`],
            deps: [SOURCE],
            params: [{ "params|`@octocat`.yaml": ["<b>|`@octocat`"] }],
            outs: [MODEL],
          },
        },
        evaluate: {
          model: MODEL,
          data: DATA,
          task: "binary",
          target: "diagnosis",
          positive: CLASS,
          key: "id",
          slices: [COLUMN, "x1 > 0 AND '<b>|`@octocat`\n#1' <> ''"],
          min_rows: 5,
          custom: {
            mine: {
              sql: "count(*) FILTER (WHERE target = predicted OR '|`@octocat`<b>' = '') / count(*)",
              better: "higher",
            },
          },
        },
        objectives: [
          { metric: "roc_auc", min: 0.85 },
          { metric: "mine", slices: "all", min: 0.99 },
        ],
      },
    },
  };
  return {
    "README.md": readme ?? "",
    "modelgate.yml": JSON.stringify(config),
    "params|`@octocat`.yaml": JSON.stringify({ "<b>|`@octocat`": "<img src=x> @octocat | `x`\n::warning::x" }),
    [SOURCE]: fixtureText("half.onnx"),
    [DATA]: csvOf(rows),
  };
}

let scene: Scene;
let run: SceneRun;
let comment: string;
beforeAll(async () => {
  scene = await startScene({ "README.md": "# Empty\n" });
  const { number } = await scene.pull(hostileProject());
  run = await scene.runPull(number);
  comment = (await scene.comment(number)) ?? "";
});
afterAll(() => scene?.close());

test("the run ends as it should, with all slices measured", () => {
  expect(run.outputs["verdict"]).toBe("fail");
  expect(run.exitCode).toBe(1);
  const model = modelOf(run, "risk/a-_b");
  if (model?.outcome !== "measured") throw new Error(JSON.stringify(model));
  expect(model.slices.filter(({ declared }) => declared === COLUMN)).toHaveLength(NAMES.length);
});

describe.each(["comment", "summary", "check"] as const)("the %s", (where) => {
  test("mentions nobody, links nowhere but to the run, loads nothing, and keeps its tables in shape", async () => {
    const { headSha } = run.report?.evidence ?? {};
    const [check] = await scene.github.checks(headSha ?? "");
    const markdown = { comment, summary: run.summary, check: check?.output.summary ?? "" }[where];
    expect(markdown).toContain("### ❌ This change is blocked");
    const rendered = renderedText(
      markdown.replaceAll(scene.github.url, "").replaceAll(/\(http:\/\/github\.localhost[^)]*\)/g, "(x)"),
    );
    for (const [name, reference] of Object.entries(GITHUB_REFERENCES)) {
      expect(
        rendered.open.filter((text) => reference.test(text)),
        name,
      ).toEqual([]);
    }
    for (const element of ["img", "script", "svg", "input", "b", "s", "del", "em", "hr", "h1", "h2"]) {
      expect(rendered.elements, element).not.toContain(element);
    }
    expect(rendered.text).not.toMatch(/^\s*\|/m);
    expect(markdown.match(/^<details>$/gm)?.length).toBe(markdown.match(/^<\/details>$/gm)?.length);
  });
});

test("the HTML report holds no element of a stranger's", async () => {
  const html = await readFile(run.outputs["html"] ?? "", "utf8");
  expect(html).not.toMatch(/<img|<script(?! nonce)|<b>|onerror=alert\(1\)>/i);
});

test("nothing that was printed commands the runner", () => {
  // As the runner reads it: while commands are off only the token that switched them off counts.
  let resume: string | null = null;
  const obeyed: string[] = [];
  for (const line of run.log.split(/\r\n|[\r\n]/)) {
    if (resume !== null) {
      if (line.trimStart() === `::${resume}::`) resume = null;
      continue;
    }
    const stop = /^\s*::stop-commands::(.*)$/.exec(line);
    if (stop !== null) resume = stop[1] ?? "";
    else if (/^\s*::[a-z-]+(?: [^:]*)?::/.test(line) || /##\[/.test(line)) obeyed.push(line.trim());
  }
  expect(resume).toBeNull();
  const kinds = new Set(obeyed.map((line) => /^::([a-z-]+)/.exec(line)?.[1] ?? line));
  expect([...kinds].toSorted()).toEqual(["add-mask", "endgroup", "error", "group"]);
  expect(run.log).toContain("<script>alert(1)</script> @octocat | `x`");
});
