import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** GitHub's Markdown as HTML, without what GitHub adds later (mentions, references, emoji). */
export function renderGithubMarkdown(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
}

/** A page that shows Markdown about as a comment on GitHub looks, light or dark as the reader prefers. */
export function renderCommentPage(markdown: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>A pull request's comment</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<article>
<header><strong>github-actions</strong> <span>bot</span> commented</header>
<div class="markdown">
${renderGithubMarkdown(markdown)}
</div>
</article>
</body>
</html>
`;
}

/** Our own approximation of how GitHub sets a comment: sizes, spacing and colours near enough to judge a layout by. */
const PAGE_STYLE = `
:root { color-scheme: light dark;
  --page: #ffffff; --text: #1f2328; --soft: #59636e; --line: #d1d9e0; --head: #f6f8fa; --code: #818b981f; --link: #0969da; }
@media (prefers-color-scheme: dark) { :root {
  --page: #0d1117; --text: #f0f6fc; --soft: #9198a1; --line: #3d444d; --head: #151b23; --code: #656c7633; --link: #4493f8; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; background: var(--page); color: var(--text);
  font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
article { max-width: 860px; margin: 0 auto; border: 1px solid var(--line); border-radius: 6px; }
header { padding: 8px 16px; background: var(--head); color: var(--soft); border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; }
header strong { color: var(--text); }
header span { border: 1px solid var(--line); border-radius: 2em; padding: 0 6px; font-size: 12px; }
.markdown { padding: 16px; overflow-wrap: break-word; }
.markdown > :first-child { margin-top: 0; }
.markdown > :last-child { margin-bottom: 0; }
h1, h2, h3, h4 { margin: 24px 0 16px; line-height: 1.25; font-weight: 600; }
h2 { font-size: 1.5em; padding-bottom: .3em; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.25em; } h4 { font-size: 1em; }
p, ul, ol, table, pre, details, blockquote { margin: 0 0 16px; }
ul, ol { padding-left: 2em; }
a { color: var(--link); }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-spacing: 0; border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid var(--line); }
tr:nth-child(2n) { background: var(--head); }
code, pre { font: 85%/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code { padding: .2em .4em; background: var(--code); border-radius: 6px; white-space: break-spaces; }
pre { padding: 16px; overflow: auto; background: var(--head); border-radius: 6px; }
pre code { padding: 0; background: none; font-size: 100%; white-space: pre; }
summary { cursor: pointer; }
sub, sup { font-size: 75%; line-height: 0; }
blockquote { padding: 0 1em; color: var(--soft); border-left: .25em solid var(--line); }
`;
