/** What can be typed after `:`. Every entry says its key, so that whoever types learns to press. Pure. */
import fuzzysort from 'fuzzysort';
import type { RunStore } from '../store/run.ts';
import { type Grouping } from '../store/groups.ts';
import { OWN_SORTINGS, type Sorting } from '../store/table.ts';
import { type Action, BINDINGS, type Screen } from './keys.ts';
import type { Page, Spot } from './spot.ts';
import { screenAt } from './spot.ts';
import type { Theme } from './theme.ts';
import { type ThemeName, THEME_NAMES } from './theme-names.ts';

export type Deed =
  | { readonly do: 'act'; readonly action: Action }
  | { readonly do: 'group'; readonly by: Grouping }
  | { readonly do: 'sort'; readonly sort: Sorting }
  | { readonly do: 'theme'; readonly themeName: ThemeName }
  | { readonly do: 'open'; readonly kind: Page['kind']; readonly id: string };

export interface Command {
  /** What is typed. */
  readonly name: string;
  /** What it does, in words that stay the same: the search keeps what it has seen. */
  readonly says: string;
  /** How many hosts it is about. */
  readonly hosts?: number;
  /** The key that does the same from here; undefined where there is none. */
  readonly key: string | undefined;
  readonly deed: Deed;
}

/** As many as a screen of 24 rows has room for. */
const MOST = 12;
/** Nobody needs a command for what arrows do, or for what only makes sense as a key. */
const KEYS_ONLY: ReadonlySet<Action> = new Set([
  'up',
  'down',
  'page-up',
  'page-down',
  'first',
  'last',
  'jump',
  'palette',
  'interrupt',
]);

/** What fits, the likeliest first; with nothing typed, what can be done here. */
export function commandsAt(spot: Spot, { store, theme }: Around): readonly Command[] {
  const { text } = spot.command;
  const own = [...actionsOn(screenAt(spot), theme), ...layouts(store, theme)];
  const query = text.trim();
  if (query === '') return own.slice(0, MOST);
  const found = fuzzysort
    .go(query, [...own, ...causes(store)], { keys: ['name', 'says'], limit: MOST })
    .map(({ obj, score }): Hit => ({ command: obj, score }));
  return [...found, ...hostsLike(query, store, theme)]
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ command }) => command);
}

interface Hit {
  readonly command: Command;
  readonly score: number;
}

/** The last search among the hosts of a run: a screen that is painted ten times a second asks for the same one. */
const searched = new WeakMap<RunStore, { query: string; of: number; hits: readonly Hit[] }>();

function hostsLike(query: string, store: RunStore, { words }: Theme): readonly Hit[] {
  const of = store.totals().hosts;
  const last = searched.get(store);
  if (last?.query === query && last.of === of) return last.hits;
  const names = Array.from(store.hosts(), ({ id }): string => id);
  const hits = fuzzysort.go(query, names, { limit: MOST }).map(({ target, score }): Hit => ({
    command: {
      name: target,
      says: words.aHost,
      key: undefined,
      deed: { do: 'open', kind: 'host', id: target },
    },
    score,
  }));
  searched.set(store, { query, of, hits });
  return hits;
}

interface Around {
  readonly store: RunStore;
  readonly theme: Theme;
}

function actionsOn(screen: Screen, { words }: Theme): Command[] {
  return BINDINGS.filter(
    ({ action, focus }) => focus.includes(screen) && !KEYS_ONLY.has(action),
  ).map(({ action, keys: [key] }) => ({
    name: action,
    says: words.actions[action],
    key,
    deed: { do: 'act', action },
  }));
}

function layouts(store: RunStore, { words }: Theme): Command[] {
  return [
    ...groupingsOf(store).map((by): Command => ({
      name: `group ${by}`,
      says: `${words.groupBy} ${words.groupings[by] ?? by}`,
      key: undefined,
      deed: { do: 'group', by },
    })),
    ...THEME_NAMES.map((themeName): Command => ({
      name: `theme ${themeName}`,
      says: words.themes[themeName],
      key: undefined,
      deed: { do: 'theme', themeName },
    })),
    ...sortingsOf(store).map((sort): Command => ({
      name: `sort ${sort}`,
      says: `${words.sortBy} ${words.sortings[sort] ?? sort}`,
      key: undefined,
      deed: { do: 'sort', sort },
    })),
  ];
}

function causes(store: RunStore): Command[] {
  return store
    .groups()
    .filter(({ kind }) => kind === 'cause' || kind === 'contact')
    .map(({ id, title, count }) => ({
      name: id,
      says: title ?? '',
      hosts: count,
      key: undefined,
      deed: { do: 'open', kind: 'cause', id },
    }));
}

/** What hosts can be put in order by. */
export function sortingsOf(store: RunStore): readonly Sorting[] {
  return [...OWN_SORTINGS, ...store.labels().keys()];
}

/** What hosts can be put together by. */
export function groupingsOf(store: RunStore): readonly Grouping[] {
  const labels = [...store.labels()].filter(([key, values]) => key !== 'tags' && values.size > 1);
  return ['cause', 'status', 'stage', ...labels.map(([key]) => key)];
}
