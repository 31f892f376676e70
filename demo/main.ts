// The whole loop on one machine: an emulated GitHub, a repository made from examples/breast-cancer, and the committed bundle
// started as GitHub's runner starts it. `--json` prints the story as JSON lines.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunnerEvent } from "../test/github/events.ts";
import { startGitHub } from "../test/github/github.ts";
import { makeLocalRepository } from "../test/github/local-repository.ts";
import { type ActionRun, runAction } from "../test/github/run-action.ts";
import { renderCommentPage } from "./comment-page.ts";
import { exampleFiles, FEATURES, withFeatures } from "./project.ts";
import { createStory } from "./story.ts";

const TOKEN = "ghs_demo";
const CHECK = "modelgate report: main";
const OUTPUT = new URL("../demo-output/", import.meta.url).pathname;

const story = createStory(process.argv.includes("--json"));
const folder = mkdtempSync(join(tmpdir(), "modelgate-demo-"));
const local = makeLocalRepository();
local.commit("main", exampleFiles());
const github = await startGitHub({
  repository: local.path,
  owner: "acme",
  name: "breast-cancer",
  tokens: { [TOKEN]: { login: "github-actions[bot]", permissions: "write" } },
});

try {
  await tell();
  const violations = github.violations();
  story.step(
    "Every request of the action is one that GitHub's own description knows",
    "0 violations",
    `${violations.length} violations`,
  );
} finally {
  await github.close();
  local.remove();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = story.end(OUTPUT);

async function tell(): Promise<void> {
  story.say("A team keeps a model on GitHub: real data, a training command, and its policy in modelgate.yml.");
  story.say(`An emulated GitHub serves it at ${github.url}; branch protection requires the check “${CHECK}”.`);
  await github.requireChecks("main", [CHECK]);

  const push = await start(
    await github.events.push("main", null),
    "A push to main trains the model and fills the cache",
  );
  story.step("The push to main", "pass", String(push.outputs["verdict"]));

  const better = await openPullRequest("more-features", "Look at the worst cells, too", FEATURES.better);
  const first = await start(
    await github.events.pullRequest(better, "opened"),
    `Pull request #${better} adds two features`,
  );
  story.step(`Pull request #${better}: verdict`, "pass", String(first.outputs["verdict"]));
  story.step(`Pull request #${better}: check on its head`, "success", await conclusion(better));
  story.step(`Pull request #${better}: comments`, "1", String((await github.comments(better)).length));
  story.show(await commentOf(better));

  const weak = await openPullRequest("fewer-features", "Simplify: drop a feature", FEATURES.weak);
  const second = await start(
    await github.events.pullRequest(weak, "opened"),
    `Pull request #${weak} drops the feature that matters`,
  );
  story.step(`Pull request #${weak}: verdict`, "fail", String(second.outputs["verdict"]));
  story.step(`Pull request #${weak}: check on its head`, "failure", await conclusion(weak));
  story.show(await commentOf(weak));
  const refused = await github.merge(weak);
  story.step(`Merging #${weak}`, "refused", refused.merged ? "merged" : "refused");
  if (!refused.merged) story.say(`GitHub: “${refused.reason}”`);

  const before = (await github.comments(better))[0];
  local.commit("more-features", withFeatures(FEATURES.best));
  await github.sync();
  const third = await start(
    await github.events.pullRequest(better, "synchronize"),
    `A third push: #${better} adds one more feature`,
  );
  const after = await github.comments(better);
  story.step(`Pull request #${better}, pushed to again: verdict`, "pass", String(third.outputs["verdict"]));
  story.step("Its comment is updated in place", "the same comment, another body", describeUpdate(before, after));
  const merged = await github.merge(better);
  story.step(`Merging #${better}`, "merged", merged.merged ? "merged" : `refused: ${merged.reason}`);
  await keep(third, better, weak);
}

async function openPullRequest(branch: string, title: string, features: readonly string[]): Promise<number> {
  local.commit(branch, withFeatures(features));
  return (await github.openPullRequest({ head: branch, base: "main", title })).number;
}

async function start(event: RunnerEvent, title: string): Promise<ActionRun> {
  story.begin(title);
  const run = await runAction({ github, repository: local.path, event, folder, token: TOKEN });
  story.ran(run);
  return run;
}

async function conclusion(number: number): Promise<string> {
  const checks = await github.checks(github.pullRequest(number).headSha);
  return String(checks.find(({ name }) => name === CHECK)?.conclusion);
}

async function commentOf(number: number): Promise<string> {
  return (await github.comments(number))[0]?.body ?? "";
}

type Comment = Awaited<ReturnType<typeof github.comments>>[number];

function describeUpdate(before: Comment | undefined, after: readonly Comment[]): string {
  const [comment] = after;
  if (after.length !== 1 || comment === undefined || comment.id !== before?.id) return `${after.length} comments`;
  return comment.body === before.body ? "the same comment, the same body" : "the same comment, another body";
}

/** What a person can open afterwards. */
async function keep(run: ActionRun, better: number, weak: number): Promise<void> {
  rmSync(OUTPUT, { recursive: true, force: true });
  mkdirSync(OUTPUT, { recursive: true });
  for (const number of [better, weak]) {
    const body = await commentOf(number);
    writeFileSync(join(OUTPUT, `comment-${number}.md`), body);
    writeFileSync(join(OUTPUT, `comment-${number}.html`), renderCommentPage(body));
  }
  writeFileSync(join(OUTPUT, "report.html"), readFileSync(String(run.outputs["html"])));
}
