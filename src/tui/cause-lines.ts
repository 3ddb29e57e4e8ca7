/** A cause's page: how far it reaches, since when, what its hosts share, what to do. Its hosts are listed below. */
import type { Entry } from '../core/entry.ts';
import { type Change, isTied, type Pattern, type SharedTrait, type Spread } from '../core/fleet.ts';
import type { Group } from '../store/groups.ts';
import type { HostState } from '../store/host-state.ts';
import { ageOf, between } from './durations.ts';
import type { Line } from './line.ts';
import { heading, listed, paragraph, quiet, titled } from './paragraph.ts';
import type { Drawing } from './run-lines.ts';
import { groupSign, titleOf } from './table-lines.ts';

export function causeLines(group: Group, members: readonly HostState[], drawing: Drawing): Line[] {
  const { store, theme, entryOf } = drawing;
  const { words } = theme;
  const spread = store.spread(group.id);
  const entry = entryOf(group.id);
  return [
    ...headLines(group, drawing),
    ...(entry?.manager === undefined ? [] : paragraph(entry.manager, drawing, '  ', '  ')).map(
      quiet,
    ),
    [],
    ...listed(words.howFar, reachOf(group, members, spread, drawing), (text) =>
      paragraph(text, drawing),
    ),
    ...listed(words.sharedHeading, sharedOf(group, spread?.pattern, drawing), (text) =>
      paragraph(text, drawing),
    ),
    ...listed(words.changedHeading, spread?.pattern?.changed ?? [], (change) =>
      paragraph(changeText(change, drawing), drawing),
    ),
    ...stepsOf(entry, group, drawing),
    heading(`${words.hostsHeading}  ${members.length}`),
  ];
}

function headLines(group: Group, drawing: Drawing): Line[] {
  const { theme } = drawing;
  const [token, sign] = groupSign(group, theme);
  const id = group.id.startsWith('@') ? '' : `${theme.clean(group.id)}  `;
  const title: Line = [
    [token, `${sign} `],
    ['strong', titleOf(group, drawing)],
  ];
  return titled(title, [['quiet', id], theme.words.hosts(group.count)], drawing);
}

/** How many of how many, where, since when, and what its repair brings. */
function reachOf(
  group: Group,
  members: readonly HostState[],
  spread: Spread | undefined,
  { store, theme, now }: Drawing,
): string[] {
  const { words } = theme;
  const lines: string[] = [];
  if (spread !== undefined) {
    const percent = (share: number): number => Math.round(share * 100);
    const { low, high } = spread.interval;
    lines.push(words.ofTried(spread.hosts, spread.tried, percent(low), percent(high)));
  }
  const sites = countsBy(members, 'site');
  if (sites.length > 0) {
    const named = sites.slice(0, SITES_NAMED).map(([value, count]) => `${value} ${count}`);
    const others = sites.length > SITES_NAMED ? [`+${sites.length - SITES_NAMED}`] : [];
    const all = store.labels().get('site')?.size ?? 0;
    lines.push(words.atSites(sites.length, all, [...named, ...others]));
  }
  if (spread?.since !== undefined) {
    const { at, hosts } = spread.since;
    lines.push(words.since(clockTime(at), ageOf(between(at, now)), hosts, spread.hosts));
  }
  const fix = store.fixes().find(({ cause }) => cause === group.id);
  if (fix !== undefined && fix.hosts > 0) lines.push(words.repairFrees(fix.hosts, fix.unseen));
  return lines;
}

/** `2026-11-18 05:02Z` */
const clockTime = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')}Z`;

const SITES_NAMED = 6;

/** Values of a label with how many hosts have them, the commonest first. */
function countsBy(members: readonly HostState[], label: string): readonly [string, number][] {
  const counts = new Map<string, number>();
  for (const { labels } of members) {
    const value = labels[label];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

function sharedOf(group: Group, pattern: Pattern | undefined, { theme }: Drawing): string[] {
  const { words } = theme;
  const labels = Object.entries(group.common).map(([key, value]) => `${key} ${value}`);
  const common = labels.length === 0 ? [] : [words.allOf(labels)];
  if (pattern === undefined) return common;
  const { why } = pattern;
  if (isTied(pattern))
    return [...pattern.shared.map((trait) => traitText(trait, words.trait)), ...common];
  return [...common, words.untied(why)];
}

function traitText(trait: SharedTrait, say: Drawing['theme']['words']['trait']): string {
  const { kind, value, bearing, affected, affectedKnown, others, othersKnown, p } = trait;
  return say(`${bearing}: ${kind} ${value}`, [affected, affectedKnown], [others, othersKnown], p);
}

function changeText({ kind, value, hosts, of, at }: Change, { theme }: Drawing): string {
  return theme.words.changed(`${kind} ${value}`, hosts, of, clockTime(at));
}

/** What to do, as the catalogue has it; for a cause that it does not know, what came with the verdict. */
function stepsOf(entry: Entry | undefined, group: Group, drawing: Drawing): Line[] {
  const { words } = drawing.theme;
  const { next, check, fix, verify, note, sources = [], links = [] } = entry ?? {};
  const rows = [
    [words.doNextHeading, next ?? group.next],
    [words.checkHeading, check],
    [words.fixHeading, fix],
    [words.verifyHeading, verify],
    [words.noteHeading, note],
  ] as const;
  return [
    ...rows.flatMap(([title, text]) =>
      listed(title, text === undefined || text === '' ? [] : [text], (each) =>
        paragraph(each, drawing),
      ),
    ),
    ...(entry?.risk === undefined && entry?.reboot === undefined
      ? []
      : [...paragraph(words.riskOf(entry.risk, entry.reboot), drawing), []]),
    ...listed(words.sourcesHeading, [...sources, ...links], (each) => paragraph(each, drawing)),
  ];
}
