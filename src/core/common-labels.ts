import type { Labels } from './host.ts';

/** The labels that all of these hosts have with the same value; none for no hosts. */
export function commonLabels(hosts: Iterable<{ readonly labels: Labels }>): Labels {
  let shared: [string, string][] | undefined;
  for (const { labels } of hosts) {
    shared = shared?.filter(([key, value]) => labels[key] === value) ?? Object.entries(labels);
    if (shared.length === 0) break;
  }
  return Object.fromEntries(shared ?? []);
}

/** What `these` share beyond what everybody does: a label of the whole fleet explains nothing. */
export function telling(these: Labels, everybody: Labels): Labels {
  return Object.fromEntries(
    Object.entries(these).filter(([key, value]) => everybody[key] !== value),
  );
}
