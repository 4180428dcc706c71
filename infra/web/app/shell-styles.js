// A side bar on a desk, a bottom bar and a drawer on a phone.

import { sheet } from "../base/sheet.js";

export const shellStyles = sheet`
:host { display: block; min-height: 100dvh; background: var(--page); padding-inline-start: 15.5rem; }
.side { position: fixed; z-index: 40; inset-block: 0; inset-inline-start: 0; width: 15.5rem; overflow-y: auto; padding: var(--s4) var(--s3); background: var(--sheet); border-inline-end: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: var(--s3); padding: 2px var(--s2) var(--s5); color: var(--ink); font-weight: 650; text-decoration: none; } .brand img { border-radius: 7px; flex: none; }
.side h2 { font-size: .75rem; font-weight: 600; color: var(--dim); padding: var(--s5) var(--s3) var(--s2); }
.side ul { display: grid; gap: 2px; }
.side li a { display: flex; align-items: center; gap: var(--s3); min-height: 40px; padding: 0 var(--s3); border-radius: var(--radius-small); color: var(--dim); font-weight: 540; text-decoration: none; }
.side li a:hover { background: var(--hover); color: var(--ink); } .side li a[aria-current] { background: var(--tint); color: var(--accent); }
.page { display: flex; flex-direction: column; min-height: 100dvh; min-width: 0; }
.top { position: sticky; top: 0; z-index: 20; display: flex; align-items: center; gap: var(--s1); height: 60px; padding: 0 var(--s5); background: var(--sheet); border-bottom: 1px solid var(--line); }
.where { font-weight: 620; } .who { flex-wrap: nowrap; max-width: 13rem; margin-inline: var(--s2); } .who .clip { font-weight: 540; } .who .avatar { width: 32px; height: 32px; font-size: .75rem; }
.opens, .bottom { display: none; }
main { flex: 1; min-width: 0; display: flex; flex-direction: column; outline: none; } main > * { flex: 1; min-width: 0; }
.banner { position: sticky; top: 60px; z-index: 15; display: flex; align-items: center; justify-content: center; gap: var(--s2); font-size: var(--t-small); font-weight: 560; }
.banner:not(:empty) { padding: 6px var(--s4); background: light-dark(#fdf1da, #3a2e14); color: light-dark(#6a4300, #f6d08a); } .banner .icon { width: 16px; height: 16px; }
.skip { position: fixed; z-index: 60; inset-block-start: -80px; inset-inline-start: var(--s3); padding: var(--s2) var(--s4); background: var(--accent); color: var(--on-accent); border-radius: var(--radius-small); } .skip:focus { inset-block-start: var(--s3); }
.shade { display: none; }
@media (max-width: 61.99rem) {
  :host { padding-inline-start: 0; }
  .side { visibility: hidden; width: min(18rem, 84vw); transform: translateX(-102%); transition: transform var(--quick), visibility var(--quick); box-shadow: var(--float); }
  :host([menu]) .side { visibility: visible; transform: none; }
  :host([menu]) .shade { display: block; position: fixed; inset: 0; z-index: 35; background: rgb(8 10 20 / .5); }
  .side li a { min-height: 46px; } .opens { display: inline-flex; }
}
@media (max-width: 47.99rem) {
  .top { padding: 0 var(--s2); height: 56px; } .who { display: none; } .opens { display: none; } .where { padding-inline-start: var(--s2); }
  .banner { top: 56px; }
  .page { padding-bottom: calc(60px + env(safe-area-inset-bottom)); }
  .bottom { position: fixed; z-index: 30; inset-inline: 0; inset-block-end: 0; display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); padding-bottom: env(safe-area-inset-bottom); background: var(--sheet); border-top: 1px solid var(--line); }
  .bottom > * { position: relative; display: grid; justify-items: center; align-content: center; gap: 2px; min-height: 58px; padding: 4px 0; color: var(--dim); font-size: .6875rem; letter-spacing: -.03em; font-weight: 540; text-decoration: none; text-align: center; border: 0; border-radius: 0; }
  .bottom > * > span:not(.count) { max-width: 100%; flex: none; overflow: visible; } .bottom > [aria-current] { color: var(--accent); }
  .bottom .count { position: absolute; inset-block-start: 4px; inset-inline-start: calc(50% + 4px); } .bottom .badge { height: 17px; min-width: 17px; padding: 0 4px; font-size: .6875rem; line-height: 17px; }
}`;
