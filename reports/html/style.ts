/** The page's look: a page of a journal. System fonts only, one column, rules instead of boxes, colour only for meaning. */
export const style = /* css */ `
:root {
  --paper: #fffefc; --ink: #1d1c1a; --soft: #625f59; --rule: #dedad2; --tint: #f5f3ee;
  --held: #17683a; --broken: #a3191f; --inconclusive: #855400; --not-tested: #625f59;
  --delivered: #1b5fae; --backlog: #a85a12; --backlog-fill: #a85a1233; --shade: #1d1c1a12;
  --serif: Charter, "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Liberation Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #151618; --ink: #e9e6e0; --soft: #a8a49c; --rule: #36373b; --tint: #1f2023;
    --held: #74c795; --broken: #ff8f86; --inconclusive: #e8b85a; --not-tested: #a8a49c;
    --delivered: #82b6f4; --backlog: #e5a566; --backlog-fill: #e5a5663d; --shade: #e9e6e01c;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 var(--serif); overflow-wrap: anywhere; }
main { max-width: 54rem; margin: 0 auto; padding: 1.75rem 1.5rem 3rem; }
main.wide { max-width: 76rem; }
p { margin: 0 0 .75rem; }
.soft { color: var(--soft); }
code, pre { font-family: var(--mono); }
code { font-size: .78em; color: var(--soft); white-space: nowrap; }
small { font: 400 .875rem/1.4 var(--sans); color: var(--soft); }

.running { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 2rem; margin: 0 0 2rem; padding-bottom: .5rem; border-bottom: 1px solid var(--ink); font: .8125rem/1.4 var(--sans); color: var(--soft); }
.running b { color: var(--ink); letter-spacing: .02em; margin-right: .5em; }
h1 { font: 400 1.9rem/1.25 var(--serif); letter-spacing: -.01em; margin: 0 0 .75rem; max-width: 44rem; text-wrap: pretty; }
h1 .verdict { font: inherit; font-weight: 700; }
.standfirst { font-size: 1.125rem; font-style: italic; color: var(--soft); max-width: 44rem; margin-bottom: 1.25rem; text-wrap: balance; }
h2 { font: 700 1.25rem/1.3 var(--serif); margin: 2.75rem 0 .75rem; }
h2 small, h2 .verdict { margin-left: .5em; }
h3 { font: 700 1rem/1.3 var(--serif); margin: 1.5rem 0 .5rem; }
h2.headline { margin: 0 0 .25rem; }
.sentence { min-height: 3em; max-width: 36rem; }
article { border-top: 1px solid var(--ink); margin-top: 3rem; }
article > h2 { margin-top: 1rem; }

.verdict { font: 600 .875rem/1.5 var(--sans); white-space: nowrap; }
.verdict.held { color: var(--held); } .verdict.broken { color: var(--broken); }
.verdict.error { color: var(--ink); font-weight: 600; } .verdict.inconclusive { color: var(--inconclusive); } .verdict.not-tested { color: var(--not-tested); }
h1 .verdict { white-space: normal; }

.facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0; padding: .6rem 0; border-top: 1px solid var(--rule); font: .875rem/1.4 var(--sans); }
.facts dt { color: var(--soft); font-size: .75rem; } .facts dd { margin: 0; font-variant-numeric: tabular-nums; }
.facts.counts { border-bottom: 1px solid var(--rule); gap: .5rem 1.75rem; }
.facts.counts div { display: flex; flex-direction: column-reverse; }
.facts.counts dd { font-size: 1.125rem; } .facts.counts .none dd { color: var(--soft); }

table { width: 100%; border-collapse: collapse; font: .875rem/1.45 var(--sans); border-top: 1px solid var(--ink); border-bottom: 1px solid var(--ink); }
th { text-align: left; font-weight: 400; font-size: .75rem; color: var(--soft); padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--rule); vertical-align: bottom; }
td { padding: .55rem 1rem .55rem 0; vertical-align: top; border-top: 1px solid var(--rule); }
tbody tr:first-child td { border-top: 0; }
td:last-child, th:last-child { padding-right: 0; }
td p { margin: .1rem 0 0; } td b { font-weight: 600; }
.figures { font-variant-numeric: tabular-nums; white-space: nowrap; }
.guarantees td:first-child { width: 8.5rem; white-space: nowrap; } .guarantees td:last-child { width: 13rem; }
.faults td:first-child { width: 15rem; }
.victims td { padding-top: .25rem; padding-bottom: .25rem; border-top: 0; }
.victims + details table { border-top: 0; }
.matrix td:first-child { width: 30%; } .matrix td p { color: var(--soft); }
.numbers { margin: 0; font-size: .8125rem; } .numbers div { display: flex; justify-content: space-between; gap: 1rem; }
.numbers dt { color: var(--soft); } .numbers dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.advice { margin: .5rem 0 .35rem; padding-left: .9rem; border-left: 2px solid var(--rule); }
.advice dt { font-weight: 600; font-size: .75rem; color: var(--soft); } .advice dd { margin: 0 0 .35rem; }
details { margin-top: .25rem; font: .8125rem/1.45 var(--sans); } summary { cursor: pointer; color: var(--soft); width: fit-content; }
summary:hover { color: var(--ink); }
td details { margin: 0; font: inherit; } td summary { list-style: none; color: inherit; } td summary::-webkit-details-marker { display: none; }
td summary::after { content: "+"; color: var(--soft); margin-left: .4em; } td details[open] summary::after { content: "−"; }
td details p { color: var(--soft); font-style: italic; margin-bottom: .25rem; }
.untested { margin: 0; font: .875rem/1.5 var(--sans); display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .4rem 1.5rem; }
.untested dt { font-weight: 600; max-width: 16rem; } .untested dd { margin: 0; }

figure { margin: 1.5rem 0 0; min-width: 0; }
figcaption { font: .8125rem/1.5 var(--sans); color: var(--soft); max-width: 46rem; margin-top: .35rem; } figcaption b { color: var(--ink); }
figure.caption { margin-top: 0; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; margin: 0 0 .4rem; min-height: 1.4em; font: .8125rem/1.4 var(--sans); color: var(--soft); font-variant-numeric: tabular-nums; }
.legend [data-say] { color: var(--ink); } .legend [data-say=at] { min-width: 5.2em; } 
.key::before { content: ""; display: inline-block; width: 1.5em; margin-right: .45em; vertical-align: .25em; border-top: 1.5px dashed var(--ink); }
.key-delivered::before { border-top: 3px solid var(--delivered); } .key-backlog::before { border-top: 2px solid var(--backlog); height: .45em; background: var(--backlog-fill); vertical-align: -.05em; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 2.5rem; }
.live { font-family: var(--sans); } .drawn .static { display: none; } figure:not(.drawn) .live { display: none; }
.static { display: block; width: 100%; height: auto; font: 11px var(--sans); fill: none; }
.static text { fill: var(--soft); } .static .fault-name, .static .fault-bar { fill: var(--ink); } .static .shade { fill: var(--shade); }
.static .grid { stroke: var(--rule); } .static .phase { stroke: var(--soft); stroke-width: .5; stroke-dasharray: 1 3; }
.static .read { stroke: var(--ink); stroke-dasharray: 4 3; } .static .delivered { stroke: var(--delivered); stroke-width: 2; } .static .between { fill: var(--backlog-fill); } .static .missing { fill: var(--broken); font-weight: 600; font-size: 12px; }
.static .backlog { stroke: var(--backlog); stroke-width: 1.5; fill: var(--backlog-fill); }
.u-cursor-x { border-right-color: var(--soft); }

.command { display: flex; align-items: flex-start; gap: .75rem; background: var(--tint); padding: .75rem .9rem; }
.command pre { margin: 0; flex: 1; font-size: .8125rem; line-height: 1.5; white-space: pre-wrap; }
button { font: .8125rem var(--sans); color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: 3px; padding: .2rem .6rem; cursor: pointer; min-width: 5em; }
footer { margin-top: 3rem; padding-top: .6rem; border-top: 1px solid var(--ink); font: .75rem/1.5 var(--sans); color: var(--soft); }
footer p { margin: 0 0 .25rem; } footer dl { margin: 0; } footer div { display: flex; flex-wrap: wrap; gap: 0 1rem; } footer dd { margin: 0; font-family: var(--mono); }

@media (max-width: 40rem) {
  main { padding: 1rem 1rem 2rem; } h1 { font-size: 1.5rem; } .running { margin-bottom: 1.25rem; } .sentence { min-height: 0; }
  .facts { gap: .5rem 1.25rem; } .untested { grid-template-columns: 1fr; gap: 0; } .untested dd { margin-bottom: .75rem; }
  thead { display: none; } table, tbody, tr, td { display: block; } tr { padding: .6rem 0; border-top: 1px solid var(--rule); } tbody tr:first-child { border-top: 0; }
  td, .victims td { padding: 0 0 .15rem; border: 0; width: auto !important; } .numbers { margin-top: .35rem; max-width: 20rem; }
  .victims tr { display: flex; flex-wrap: wrap; gap: 0 .9rem; padding: .35rem 0; } .victims td:empty { display: none; } .victims td:last-child { color: var(--soft); }
  .command { flex-direction: column; }
  .matrix td[data-of]::before { content: attr(data-of) " "; color: var(--soft); }
}
@media print {
  :root {
    --paper: #fff; --ink: #000; --soft: #555; --rule: #ccc; --tint: #f4f4f4; --held: #17683a; --broken: #a3191f; --inconclusive: #855400; --not-tested: #555;
    --delivered: #1b5fae; --backlog: #a85a12; --backlog-fill: #a85a1233; --shade: #1d1c1a12;
  }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; } main, main.wide { max-width: none; padding: 0; }
  .drawn .static { display: block; } .live, button { display: none; } tr, figure, .advice { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
`;
