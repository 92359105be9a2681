/** The look of the pages: light, with the system's own fonts. */
export const STYLE = `:root {
  color-scheme: light;
  --ink: #17212b; --quiet: #5d6b7a; --line: #dfe5ea; --paper: #fff; --ground: #f4f6f8;
  --accent: #0f766e; --accent-dark: #0b5a54; --warm: #f59e0b;
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 3rem; max-width: 84rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif;
}
h1, h2, p, dl, dd { margin: 0; }
a { color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--warm); outline-offset: 2px; }
[hidden] { display: none; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; padding: 1.25rem 0; }
.brand { display: flex; align-items: center; gap: .5rem; font-size: 1.4rem; font-weight: 700; }
.quiet { color: var(--quiet); }
.channels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1rem; }
.card {
  display: flex; flex-direction: column; gap: .35rem; min-width: 0; padding: 1.1rem 1.25rem;
  background: var(--paper); border: 1px solid var(--line); border-radius: .75rem;
  box-shadow: 0 1px 2px rgb(23 33 43 / 6%);
}
.card h1, .card h2 { display: flex; align-items: baseline; gap: .6rem; font-size: 1rem; font-weight: 600; color: var(--quiet); }
.card h1, .card h2, .cause, code { overflow-wrap: anywhere; }
.card h1 { font-size: 1.2rem; color: var(--ink); }
.number {
  flex: none; min-width: 1.9rem; padding: .1rem .4rem; border-radius: .4rem; text-align: center;
  background: var(--accent); color: #fff; font-size: .9rem; font-variant-numeric: tabular-nums;
}
.title { margin-top: .35rem; font-size: 1.3rem; font-weight: 650; line-height: 1.25; overflow-wrap: anywhere; }
.detail { color: var(--quiet); overflow-wrap: anywhere; min-height: 1.45em; }
.times { display: flex; align-items: center; gap: .6rem; margin: .3rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
progress {
  flex: 1; min-width: 3rem; height: .45rem; border: 0; border-radius: 1rem; overflow: hidden;
  appearance: none; background: var(--line);
}
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
.next { font-size: .95rem; overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; align-items: flex-start; gap: .75rem; margin-top: auto; padding-top: .75rem; }
.button, button, select {
  padding: .4rem .95rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--paper);
  color: inherit; font: inherit; cursor: pointer;
}
.button { border-color: var(--accent); background: var(--accent); color: #fff; font-weight: 600; }
.button:hover { background: var(--accent-dark); text-decoration: none; }
button:hover, select:hover { border-color: var(--quiet); }
details { flex: 1 1 9rem; min-width: 0; }
details[open] { flex-basis: 100%; }
summary { padding: .45rem 0; color: var(--quiet); cursor: pointer; }
.address { display: grid; grid-template-columns: 1fr auto; gap: .2rem .5rem; margin-top: .5rem; }
.address .label { grid-column: 1 / -1; color: var(--quiet); font-size: .9rem; }
.address input {
  min-width: 0; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--ground); color: inherit; font: .85rem ui-monospace, monospace;
}
.tune-in { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.tune-in h2 { font-size: 1.15rem; margin-bottom: .5rem; }
.columns, .beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem 2.5rem; }
.beside { gap: 1rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .5rem 1rem; margin-top: .6rem; }
dt { font-weight: 600; }
dd { color: var(--quiet); }
.cause, .empty { margin-bottom: 1rem; padding: .8rem 1.1rem; border-radius: .6rem; background: #fef3c7; color: #713f12; }
.empty { background: var(--paper); color: var(--quiet); }
.watch { display: grid; gap: 1rem; }
.watch .cause { margin: 0; }
video { width: 100%; max-height: 74vh; aspect-ratio: 16 / 9; background: #000; border-radius: .75rem; }
.login { max-width: 30rem; margin: 2rem auto; gap: .9rem; }
.login label { display: grid; gap: .3rem; }
.login input { padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .5rem; font: inherit; }
.log-out { margin-top: 2rem; }
.quality { display: flex; align-items: center; justify-content: space-between; color: var(--quiet); }
.docs { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem; }
.docs p a, .docs nav a { color: var(--accent); text-decoration: underline; }
.docs nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.docs .card { display: block; padding: .3rem 1.1rem; }
.docs .card[open] { padding-bottom: 1rem; }
.docs b { color: var(--accent); }
.docs section { display: grid; gap: .5rem; margin-top: 1rem; }
.docs h3 { margin: .6rem 0 0; font-size: 1rem; }
.docs code { font: .95em ui-monospace, monospace; }
.docs summary { color: inherit; overflow-wrap: anywhere; }
.docs pre { margin: .3rem 0; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); overflow: auto; max-height: 30rem; font: .85rem/1.4 ui-monospace, monospace; }
.docs pre a { color: var(--accent); }
`;
