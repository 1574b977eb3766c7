/** Colours have a contrast of 4.5 : 1 and more with what they stand on, by day and by night. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --card: #f3f5f8; --ink: #1b2430; --quiet: #4c5a6b; --line: #c5cdd8; --accent: #0b5cad;
  --good: #1d7a46; --other: #b3541e; --plain: #5b6b80; --aside: #8a2f6b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12171e; --card: #1c242e; --ink: #e7ecf2; --quiet: #aab6c5; --line: #3a4654; --accent: #7db8f5;
    --good: #5fc48b; --other: #eda06b; --plain: #93a4ba; --aside: #e090c4;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
header p, section > p { color: var(--quiet); margin: .25rem 0 .75rem; }
nav a { display: inline-block; margin: 0 .75rem .25rem 0; }
a { color: var(--accent); }
a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: .5rem; }
section { border-top: 1px solid var(--line); padding: 1.25rem 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0 0 1rem; }
.figure { display: flex; flex-direction: column-reverse; justify-content: flex-end; background: var(--card); border-radius: .5rem; padding: .75rem; }
.figure dd { margin: 0; font-size: 1.6rem; font-weight: 650; }
.figure dt { color: var(--quiet); }
svg { display: block; width: 100%; }
.bar { height: 1.75rem; border-radius: .25rem; }
.hours { height: 2.5rem; border-bottom: 1px solid var(--line); fill: var(--accent); }
.good { fill: var(--good); background: var(--good); }
.other { fill: var(--other); background: var(--other); }
.plain { fill: var(--plain); background: var(--plain); }
.aside { fill: var(--aside); background: var(--aside); }
.legend { list-style: none; padding: 0; margin: .5rem 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
td { font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody th { font-weight: 500; }
tr > :last-child { padding-right: 0; }
@media (max-width: 30rem) { th, td { padding-right: .4rem; font-size: .875rem; } }
.topics { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem 1.5rem; }
.issues { list-style: none; padding: 0; }
.issues li { margin: 0 0 1rem; }
.issues .hours { margin-top: .5rem; }
.id { white-space: nowrap; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.topics .count { color: var(--quiet); }
code { overflow-wrap: anywhere; background: var(--card); padding: .1rem .3rem; border-radius: .25rem; }
`;
