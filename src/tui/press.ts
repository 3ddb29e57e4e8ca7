/** What a key does: a pure function from where the user is to where they are then, so that every way through is testable. */
import { EXPORT_FORMATS } from '../core/export-format.ts';
import { completionsOf } from '../store/completions.ts';
import { parseFilter } from '../store/filter.ts';
import type { Grouping } from '../store/groups.ts';
import type { RunStore } from '../store/run.ts';
import type { Sorting } from '../store/table.ts';
import { BEYOND, meantHosts } from './beyond.ts';
import { type Action, actionOf } from './keys.ts';
import { onPage } from './on-page.ts';
import { jumped, onTable } from './on-table.ts';
import { type Command, commandsAt, groupingsOf, sortingsOf } from './palette.ts';
import {
  focusOf,
  opened,
  isPicker,
  pageAt,
  type Picker,
  type Spot,
  type Surroundings as Around,
  type Typing,
} from './spot.ts';
import { columnsFor, shownColumns } from './columns.ts';
import type { Theme } from './theme.ts';
import { edited, NOTHING_TYPED, replaced } from './typed.ts';

export interface Surroundings extends Around {
  /** The palette finds commands by their words too. */
  readonly theme: Theme;
}

export function press(before: Spot, key: string, around: Surroundings): Spot {
  const spot = before.said === undefined ? before : { ...before, said: undefined };
  const focus = focusOf(spot);
  const action = actionOf(key, focus);
  if (
    focus === 'filter' &&
    spot.typing !== undefined &&
    action !== 'interrupt' &&
    action !== 'pause'
  )
    return typing(spot, spot.typing, action ?? key, around);
  if (action === undefined) return focus === 'palette' ? commanding(spot, key) : spot;
  if (action === 'jump') return jumped(spot, Number(key), around);
  return act(spot, action, around);
}

function act(spot: Spot, action: Action, around: Surroundings): Spot {
  if (action === 'pause') return { ...spot, errand: { do: 'pause' } };
  const leave = LEAVING[action];
  if (leave !== undefined) return leave(spot, around.store.finish() !== undefined);
  if (spot.box === 'palette') return picked(spot, action, commandsAt(spot, around), around);
  if (spot.box === 'help') return { ...spot, pick: (spot.pick + 1) % around.extent.helpPages };
  if (isPicker(spot.box)) return picking(spot, spot.box, action, around);
  if (action === 'palette') return { ...spot, box: 'palette', pick: 0, command: NOTHING_TYPED };
  if (isScreen(action)) return opened(spot, action);
  const beyond = BEYOND[action]?.(spot, around);
  if (beyond !== undefined) return beyond;
  const page = pageAt(spot);
  return page === undefined ? onTable(spot, action, around) : onPage(spot, page, action, around);
}

const OWN_SCREENS = ['sites', 'patches', 'runs', 'log', 'doctor'] as const;

function isScreen(action: Action): action is (typeof OWN_SCREENS)[number] {
  return OWN_SCREENS.some((each) => each === action);
}

/** @param key an action of the filter line, or a key that goes into its text */
function typing(spot: Spot, open: Typing, key: string, { store }: Surroundings): Spot {
  const { line } = open;
  const labels = store.labels().keys();
  switch (key) {
    case 'undo':
      return { ...spot, typing: undefined, filter: open.before };
    case 'keep': {
      const { filter } = spot;
      const kept =
        filter === undefined
          ? spot.kept
          : [filter.text, ...spot.kept.filter((each) => each !== filter.text)];
      return { ...spot, typing: undefined, kept };
    }
    case 'recall': {
      const text = spot.kept[open.back];
      if (text === undefined) return spot;
      return typed(spot, { ...open, line: { text, at: text.length }, back: open.back + 1 }, labels);
    }
    case 'complete': {
      const { from, to, choices } = completionsOf(line.text, line.at, store.hosts(), labels);
      const [first] = choices;
      if (first === undefined) return spot;
      return typed(spot, { ...open, line: replaced(line, from, to, first.text) }, labels);
    }
    default:
      return typed(spot, { ...open, line: edited(line, key) }, labels);
  }
}

/** What is typed is in force at once; while it makes no sense, the last that did. */
function typed(spot: Spot, open: Typing, labels: Iterable<string>): Spot {
  const parsed = parseFilter(open.line.text, labels);
  const filter = parsed.kind === 'filter' ? parsed.filter : spot.filter;
  return { ...spot, typing: open, filter };
}

function commanding(spot: Spot, key: string): Spot {
  return { ...spot, command: edited(spot.command, key), pick: 0 };
}

function picked(
  spot: Spot,
  action: Action,
  commands: readonly Command[],
  around: Surroundings,
): Spot {
  if (action !== 'choose') return { ...spot, pick: stepped(spot.pick, action, commands.length) };
  const deed = commands[spot.pick]?.deed;
  const closed: Spot = { ...spot, box: 'none' };
  switch (deed?.do) {
    case undefined:
      return spot;
    case 'act':
      return act(closed, deed.action, around);
    case 'group':
      return { ...laidOut(closed, deed.by), pages: [] };
    case 'sort':
      return { ...closed, ...sortedBy(spot, deed.sort), pages: [] };
    case 'theme':
      return { ...closed, themeName: deed.themeName };
    case 'open':
      return opened(closed, deed.kind, deed.id);
  }
}

/** What a picker offers. */
export function choicesOf(box: Picker, store: RunStore): readonly string[] {
  switch (box) {
    case 'exporting':
      return EXPORT_FORMATS;
    case 'sorting':
      return sortingsOf(store);
    case 'grouping':
      return groupingsOf(store);
    case 'columns':
      return columnsFor(store);
  }
}

function picking(spot: Spot, box: Picker, action: Action, around: Surroundings): Spot {
  const choices = choicesOf(box, around.store);
  if (action !== 'choose' && action !== 'toggle')
    return { ...spot, pick: stepped(spot.pick, action, choices.length) };
  const choice = choices[spot.pick];
  if (box === 'columns' && choice !== undefined)
    return { ...spot, columns: toggled(shownColumns(spot.columns, around.store), choice, choices) };
  const closed: Spot = { ...spot, box: 'none' };
  if (choice === undefined) return closed;
  if (box === 'grouping') return laidOut(closed, choice);
  if (box === 'exporting') {
    const format = EXPORT_FORMATS.find((each) => each === choice) ?? 'json';
    return { ...closed, errand: { do: 'save', format, hosts: meantHosts(spot, around) } };
  }
  return { ...closed, ...sortedBy(spot, choice) };
}

/** With the column where it was missing, without it where it was there; in the order in which they are offered. */
function toggled(
  shown: readonly string[],
  column: string,
  all: readonly string[],
): readonly string[] {
  return all.filter((each) => shown.includes(each) !== (each === column));
}

/** The same again turns the order round. */
function sortedBy(spot: Spot, sort: Sorting): Pick<Spot, 'sort' | 'isReversed'> {
  return { sort, isReversed: sort === spot.sort && !spot.isReversed };
}

/** Another table: it is read from its top. */
function laidOut(spot: Spot, by: Grouping): Spot {
  return { ...spot, by, cursor: undefined, line: 0 };
}

/** The choice above or below; beyond an end, that at the other. */
function stepped(pick: number, action: Action, choices: number): number {
  const by = action === 'up' ? -1 : action === 'down' ? 1 : 0;
  return choices === 0 ? 0 : (pick + by + choices) % choices;
}

const LEAVING: Readonly<Partial<Record<Action, (spot: Spot, isOver: boolean) => Spot>>> = {
  quit: (spot, isOver) => (isOver ? { ...spot, departure: 'quit' } : { ...spot, box: 'leaving' }),
  interrupt(spot, isOver) {
    if (isOver) return { ...spot, departure: 'quit' };
    if (spot.stopping === 'leave') return { ...spot, departure: 'abort' };
    return { ...spot, stopping: 'leave', box: 'none' };
  },
  detach: (spot, isOver) => ({ ...spot, departure: isOver ? 'quit' : 'detach' }),
  stop: (spot) => ({
    ...spot,
    stopping: spot.stopping === 'no' ? 'stop' : spot.stopping,
    box: 'none',
  }),
  help: (spot) => ({ ...spot, box: 'help', pick: 0 }),
  stay: (spot) => ({ ...spot, box: 'none' }),
  close: (spot) => ({ ...spot, box: 'none' }),
};
