/**
 * `packages`: those not plainly installed, and the newest rollup, from DISM with its output forced to English
 * (learn.microsoft.com, "DISM global options": /English). Its times have no zone and are left out.
 */
import type { Collected } from '../../core/evidence.ts';
import { CouldNotLook, cut, printed, type Question } from './question.ts';

type Package = NonNullable<Collected['packages']>[number];

// learn.microsoft.com, "DismPackageFeatureState enumeration".
const STATES: Readonly<Record<string, Package['state']>> = {
  'Not Present': 'absent',
  'Uninstall Pending': 'uninstallPending',
  Staged: 'staged',
  Removed: 'resolved',
  Installed: 'installed',
  'Install Pending': 'installPending',
  Superseded: 'superseded',
  'Partially Installed': 'partiallyInstalled',
};
/** The normal sediment of a host. */
const SETTLED: ReadonlySet<string> = new Set(['installed', 'absent', 'superseded']);
const KEPT = 10_000;
const PACKAGE =
  /^Package Identity : (\S{1,300})[^\S\n]*\r*\nState : ([A-Za-z ]{1,30}?)[^\S\n]*\r*$/gm;
const ROLLUP = /^Package_for_RollupFix~.*~(\d{1,9})\.(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/;

export const packages: Question = {
  section: 'packages',
  commands: ['dism.exe /online /english /get-packages'],
  read([list]) {
    const all = [...printed(list, 'dism').matchAll(PACKAGE)];
    if (all.length === 0) throw new CouldNotLook('dism listed no package');
    const known = all.flatMap(([, name = '', word = '']): Package[] => {
      const state = STATES[word];
      return state === undefined || !name.startsWith('Package_for_') ? [] : [{ name, state }];
    });
    const rollup = known
      .filter(({ name, state }) => state === 'installed' && ROLLUP.test(name))
      .toSorted((a, b) => byVersion(a.name, b.name))
      .at(-1);
    const told = [
      ...known.filter(({ state }) => !SETTLED.has(state)),
      ...(rollup === undefined ? [] : [rollup]),
    ];
    const { kept, isCut } = cut(told, KEPT);
    return {
      evidence: { packages: [...kept] },
      errors: [],
      truncated: isCut ? ['packages'] : [],
    };
  },
};

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => (ROLLUP.exec(name) ?? []).slice(1).map(Number));
  const at = left?.findIndex((number, place) => number !== right?.[place]) ?? -1;
  return at < 0 ? 0 : (left?.[at] ?? 0) - (right?.[at] ?? 0);
}
