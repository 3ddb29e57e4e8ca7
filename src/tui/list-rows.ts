/** The rows of lists: places, patches, stored runs, the log. Pure. */
import { unreachable } from '../core/error.ts';
import { column, columnEnd, widthOf } from '../core/width.ts';
import { firstFinding, statusOf } from '../store/host-state.ts';
import type { Patch } from '../store/patches.ts';
import type { Told } from '../store/run.ts';
import { type Line, lineWidth, type Piece } from './line.ts';
import type { Place } from './lists.ts';
import type { PastRun } from './outside.ts';
import type { Drawing } from './run-lines.ts';
import { talliesOf } from './table-lines.ts';

/** What a row begins with: the cursor, where it is the chosen one. */
type Gutter = string;

/** `  site milano            ✗ 12  ✓ 20                     35 hosts` */
export function placeRow(place: Place, gutter: Gutter, drawing: Drawing): Line {
  const { words } = drawing.theme;
  if (place.kind === 'label') {
    const { label, group } = place;
    return counted(`${label} ${group.title ?? ''}`, group.members, '', gutter, drawing);
  }
  const { theme, width } = drawing;
  const shared = words.hostOf(...place.counts);
  return row(gutter, place.name, [['quiet', words.sharedBy(theme.clean(place.cause))]], shared, {
    theme,
    width,
  });
}

export function patchRow(patch: Patch, gutter: Gutter, drawing: Drawing): Line {
  return counted(patch.kb, patch.hosts, patch.cause ?? '', gutter, drawing);
}

export function runRow(run: PastRun, gutter: Gutter, drawing: Drawing): Line {
  const { words, clean } = drawing.theme;
  const end = run.hasEnded ? words.runEnded : words.runBroken;
  return row(
    gutter,
    run.id,
    [['quiet', `${column(end, 10)}  `], clean(run.from)],
    run.hosts === undefined ? '' : words.hosts(run.hosts),
    drawing,
  );
}

function counted(
  name: string,
  hosts: Patch['hosts'],
  remark: string,
  gutter: Gutter,
  drawing: Drawing,
): Line {
  const { theme } = drawing;
  const remarks: Piece[] = remark === '' ? [] : [['quiet', theme.clean(remark)]];
  return row(
    gutter,
    name,
    [...talliesOf(hosts, theme), ...remarks],
    theme.words.hosts(hosts.length),
    drawing,
  );
}

function row(
  gutter: Gutter,
  name: string,
  middle: readonly Piece[],
  count: string,
  { theme, width }: Pick<Drawing, 'theme' | 'width'>,
): Line {
  const nameWidth = Math.min(40, Math.floor(width * 0.42));
  const shown = column(theme.clean(name), nameWidth, 'middle', theme.signs.cut);
  const right = columnEnd(count, 10);
  const room = width - 2 - nameWidth - 2 - widthOf(right);
  const pieces = [...middle];
  while (pieces.length > 1 && lineWidth(pieces) > room) pieces.pop();
  return [gutter, shown, '  ', ...pieces, ' '.repeat(Math.max(1, room - lineWidth(pieces))), right];
}

/** `  06:41:09  ✗ ws-0001  wsus-server-error` */
export function logRow(event: Told, gutter: Gutter, drawing: Drawing): Line {
  return [gutter, ['quiet', `${event.at.slice(11, 19)}  `], ...toldOf(event, drawing)];
}

function toldOf(event: Told, { theme }: Drawing): readonly Piece[] {
  const { words, signs, clean } = theme;
  switch (event.type) {
    case 'run.started':
      return [words.began(event.hosts.length)];
    case 'run.finished':
      return [words.ended(event.complete)];
    case 'notice':
      return [[event.level === 'info' ? 'quiet' : 'warn', `! ${clean(event.text)}`]];
    case 'cause.recurring':
      return [['strong', `${signs.recurring} ${clean(event.title)}  ${words.recurs(event.hosts)}`]];
    case 'host.done':
    case 'host.revised': {
      const { token, sign } = theme.status(statusOf(event.outcome));
      const again = event.type === 'host.revised' ? `${words.revised}  ` : '';
      const cause = firstFinding(event)?.id ?? words.statuses[statusOf(event.outcome)];
      return [[token, `${sign} `], `${clean(event.host)}  ${again}`, ['quiet', clean(cause)]];
    }
    default:
      return unreachable(event);
  }
}
