/** The HTML report's style: system fonts, light and dark, narrow screens and paper. Colours are told apart by the colour-blind. */
export const HTML_STYLE = `
:root { color-scheme: light dark;
  --page: #ffffff; --panel: #f6f8fa; --text: #1f2328; --soft: #59636e; --line: #d1d9e0;
  --candidate: #0860c4; --baseline: #b35900; --good: #1a7f37; --bad: #c4232d; --open: #8a6100; --link: #0860c4; --beyond: #c4232d1f; }
@media (prefers-color-scheme: dark) { :root {
  --page: #0d1117; --panel: #151b23; --text: #e6edf3; --soft: #9198a1; --line: #3d444d;
  --candidate: #6cb6ff; --baseline: #f0a35e; --good: #57c76f; --bad: #ff8182; --open: #e3b341; --link: #6cb6ff; --beyond: #ff818229; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 24px 20px 64px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 4px 0 8px; } h2 { font-size: 1.35rem; margin: 48px 0 8px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 32px 0 8px; } p { margin: 0 0 12px; max-width: 75ch; } a { color: var(--link); }
code { font: .88em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--panel); padding: .1em .35em; border-radius: 4px; }
pre { font: .85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--panel); padding: 12px; border-radius: 6px; overflow-x: auto; }
.verdict { display: inline-block; font-weight: 600; padding: 2px 12px; border-radius: 2em; border: 1.5px solid currentColor; font-size: .85rem; }
.pass { color: var(--good); } .fail, .error { color: var(--bad); } .inconclusive { color: var(--open); }
.lead { font-size: 1.08rem; } .soft { color: var(--soft); font-size: .88rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 12px 0; font-size: .9rem; } dt { color: var(--soft); } dd { margin: 0; min-width: 0; }
.alert { border-left: 4px solid var(--open); background: var(--panel); padding: 8px 12px; border-radius: 0 6px 6px 0; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 6px 18px; }
.scroll { overflow-x: auto; margin: 0 0 8px; } table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; font-size: .82rem; white-space: nowrap; border-bottom-width: 2px; }
tbody th { font-weight: 600; position: sticky; left: 0; background: var(--page); min-width: 9em; } td.number, th.number { text-align: right; white-space: nowrap; }
tbody th small, td small { display: block; font-weight: 400; color: var(--soft); font-size: .8rem; } td.reason { min-width: 18em; max-width: 34em; }
.status { font-weight: 600; white-space: nowrap; } .status.met { color: var(--good); } .status.blocks { color: var(--bad); } .status.open { color: var(--open); }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 20px 24px; align-items: start; }
figure { margin: 0; min-width: 0; } figcaption { font-size: .88rem; margin-bottom: 6px; font-weight: 600; } figcaption small { display: block; font-weight: 400; color: var(--soft); }
svg { display: block; width: 100%; max-width: 480px; height: auto; font-family: inherit; }
.legend { display: flex; gap: 20px; font-size: .88rem; align-items: center; margin: 8px 0 16px; } .legend span { display: flex; gap: 7px; align-items: center; }
.legend svg { width: 34px; height: 14px; }
.grid { stroke: var(--line); stroke-width: .7; } .frame { fill: none; stroke: var(--soft); stroke-width: .8; }
.tick, .axis, .numbers { fill: var(--soft); font-size: 11px; } .axis { font-size: 12px; } .numbers, .row { paint-order: stroke; stroke: var(--page); stroke-width: 4px; } .row { fill: var(--text); font-size: 12px; font-weight: 600; }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; } .reference { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 4; }
.candidate { stroke: var(--candidate); } .baseline { stroke: var(--baseline); } .curve.baseline { stroke-dasharray: 6 4; }
.mark { stroke-width: 1.6; } .mark.candidate { fill: var(--candidate); } .mark.baseline { fill: var(--page); } .points .mark { fill-opacity: .45; stroke-opacity: .75; stroke-width: .8; }
.bars { fill: var(--candidate); fill-opacity: .28; stroke-width: 1.2; } .interval { stroke-width: 2.4; stroke-linecap: round; } .interval.baseline { stroke-dasharray: 5 4; }
.bound { stroke: var(--bad); stroke-width: 1.6; } .beyond { fill: var(--beyond); }
.cell rect { fill: var(--candidate); } .cell.wrong rect { fill: var(--baseline); } .cell text { fill: var(--text); text-anchor: middle; } .cell.full text { fill: var(--page); }
.count { font-weight: 600; } .share { font-size: 11px; }
footer { margin-top: 56px; padding-top: 16px; border-top: 1px solid var(--line); }
@media (max-width: 520px) { body { padding: 16px 14px 48px; font-size: 15px; } h1 { font-size: 1.4rem; } dl { grid-template-columns: 7em 1fr; } th, td { padding: 6px 9px; } tbody th { min-width: 7.5em; max-width: 38vw; } }
@media print { :root { --page: #ffffff; --panel: #f6f8fa; --text: #000000; --soft: #444444; --line: #bbbbbb; --candidate: #0860c4; --baseline: #b35900; --good: #1a7f37; --bad: #c4232d; --open: #8a6100; --beyond: #c4232d1f; }
  body { max-width: none; padding: 0; font-size: 10pt; } figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } .scroll { overflow: visible; } tbody th { position: static; } nav { display: none; } * { print-color-adjust: exact; } }
`;
