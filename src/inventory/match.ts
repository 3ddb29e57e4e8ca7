/** Dynamic groups: which hosts a group's `match` takes in. */
import { globTest } from './glob.ts';
import type { Match, Settings } from './format.ts';

/** Every key of the rule must fit, and for each key any of its values will do; `*` and `?` stand for letters. */
export function fits(
  rule: Match,
  name: string,
  { settings, groups }: { readonly settings: Settings; readonly groups: readonly string[] },
): boolean {
  const { site, tags, ...plain } = settings;
  const has: Readonly<Record<string, unknown>> = {
    ...plain,
    site: site?.name,
    tags,
    group: groups,
    name,
  };
  return Object.entries(rule).every(([key, wanted]) => {
    const values = [has[key]].flat().filter((value) => typeof value === 'string');
    return wanted.some((pattern) => values.some(globTest(pattern)));
  });
}
