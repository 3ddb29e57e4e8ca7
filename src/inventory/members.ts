/** Who is listed where: each host once, with the groups that list it. */
import { dirname } from 'node:path';
import { pathFrom } from '../credentials/secret-ref.ts';
import type { Document, HostSettings } from './format.ts';
import type { Problems } from './problem.ts';
import type { HostEntry, ListFile } from './read-hosts.ts';
import { expanded } from './read-hosts.ts';

/** The text of a file; throws an error that names the file and what is wrong with it. */
export type ReadFile = (path: string) => string;

export interface Member {
  readonly name: string;
  readonly address: string;
  readonly settings?: HostSettings;
  readonly groups: ReadonlySet<string>;
}

interface Listed extends HostEntry<HostSettings> {
  readonly groups: Set<string>;
  /** Lists it stands in: a group's name, or `undefined` for the top level. */
  readonly lists: Set<string | undefined>;
}

const MOST_HOSTS = 100_000;

type Entries = readonly (HostEntry<HostSettings> | ListFile)[];

/**
 * All hosts of the document, in its order: those of the top level, then group by group. A host may be listed in
 * several groups; twice in one list, or with settings in two places, is a problem.
 */
export function members(
  document: Document,
  problems: Problems,
  readFile: ReadFile,
): readonly Member[] {
  const hosts = new Map<string, Listed>();
  const lists: (readonly [string | undefined, Entries])[] = [[undefined, document.hosts ?? []]];
  for (const [name, group] of document.groups ?? []) lists.push([name, group.hosts ?? []]);
  for (const [list, entries] of lists) {
    for (const entry of entries) {
      const listed = 'list' in entry ? linesOf(entry, problems, readFile) : [entry];
      for (const host of listed) add(hosts, host, { list, problems });
      if (hosts.size > MOST_HOSTS) {
        problems.add(
          'too-many',
          entry.at,
          `more than ${MOST_HOSTS} hosts`,
          'check the ranges, or make several files',
        );
        return [];
      }
    }
  }
  return [...hosts.values()];
}

function add(
  hosts: Map<string, Listed>,
  entry: HostEntry<HostSettings>,
  { list, problems }: { readonly list: string | undefined; readonly problems: Problems },
): void {
  const key = entry.name.toLowerCase();
  const groups = list === undefined ? [] : [list];
  const known = hosts.get(key);
  if (known === undefined) {
    hosts.set(key, { ...entry, groups: new Set(groups), lists: new Set([list]) });
    return;
  }
  const isDescribedTwice = known.settings !== undefined && entry.settings !== undefined;
  if (known.lists.has(list) || isDescribedTwice) {
    const first = typeof known.at === 'number' ? problems.place(known.at) : known.at;
    const message = `host ${JSON.stringify(entry.name)} is given twice`;
    const other =
      isDescribedTwice && !known.lists.has(list)
        ? 'write its settings in one place only;'
        : 'remove one;';
    problems.add(
      'duplicate-host',
      entry.at,
      message,
      `${other} the first is at ${first.file}:${first.line}`,
    );
    return;
  }
  const described = known.settings === undefined ? entry : known;
  hosts.set(key, {
    ...described,
    groups: new Set([...known.groups, ...groups]),
    lists: new Set([...known.lists, list]),
  });
}

/** The hosts of a plain list: one a line, `#` starts a comment. */
function linesOf(
  { list, at }: ListFile,
  problems: Problems,
  readFile: ReadFile,
): HostEntry<HostSettings>[] {
  const file = pathFrom(list, dirname(problems.file));
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    problems.add(
      'unreadable-list',
      at,
      `the list ${JSON.stringify(list)} cannot be read: ${reason}`,
      'paths are relative to the inventory',
    );
    return [];
  }
  return plainList(text).flatMap(({ name, line }) =>
    expanded(name, { file: list, line, column: 1 }, problems),
  );
}

/** The names of a plain text list, with their lines. */
export function plainList(
  text: string,
): readonly { readonly name: string; readonly line: number }[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ name: line.replace(/(?:^|\s)#.*$/, '').trim(), line: index + 1 }))
    .filter(({ name }) => name !== '');
}
