/** Whatever is pressed, whatever happens, in whatever order: the screen stays whole and the chosen host stays chosen. */
import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../src/core/entry.ts';
import { hostId } from '../../src/core/host.ts';
import { widthOf } from '../../src/core/width.ts';
import { createRunStore, type RunStore } from '../../src/store/run.ts';
import { type Frame, frameOf } from '../../src/tui/frame.ts';
import { BINDINGS } from '../../src/tui/keys.ts';
import { press } from '../../src/tui/press.ts';
import { screenAt, type Spot, START, tableAt } from '../../src/tui/spot.ts';
import { createTheme } from '../../src/tui/theme.ts';
import { at, done, finding, judged, notice } from '../support/events.ts';
import { fleet } from '../support/fleet.ts';

const HOSTS = 40;
const KEYS = [...new Set(BINDINGS.flatMap(({ keys }) => keys))].filter((key) => key !== 'ctrl-c');
const now = Date.parse(at(10_000));

const anyTheme = fc.record({
  isAscii: fc.boolean(),
  language: fc.constantFrom(...LANGUAGES),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ key: fc.constantFrom(...KEYS, 'a', 'm', '東', '"', '(') }) },
  { weight: 1, arbitrary: fc.record({ events: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ judge: fc.nat(HOSTS - 1), cause: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      columns: fc.integer({ min: 20, max: 200 }),
      rows: fc.integer({ min: 5, max: 60 }),
    }),
  },
);

test('any keys and any events in any order: no row too wide, none too many, no exception, the host stays', () => {
  fc.assert(
    fc.property(anyTheme, fc.array(step, { maxLength: 60 }), (options, steps) => {
      const theme = createTheme({ hasColor: true, ...options });
      const store = createRunStore();
      const { start, events, end, hosts } = fleet(HOSTS);
      const queue = [start, ...events, end];
      let spot: Spot = START;
      let size = { columns: 80, rows: 24 };
      const draw = (): Frame => {
        const drawing = {
          store,
          theme,
          title: 'f',
          width: size.columns,
          now,
          entryOf: () => undefined,
          tell: (sentence: string) => sentence,
        };
        return frameOf({ drawing, spot, size, reading: { kind: 'missing' }, isDemo: false });
      };
      let frame = draw();
      for (const each of steps) {
        const before = chosenHost(spot, store, frame);
        if ('key' in each)
          spot = press(spot, each.key, {
            store,
            theme,
            now,
            reading: { kind: 'missing' },
            extent: frame.extent,
          });
        else if ('columns' in each) size = each;
        else if ('events' in each)
          for (const event of queue.splice(0, each.events)) store.apply(event);
        else {
          const id = hosts[each.judge]?.id ?? hostId('new');
          store.apply(done(id, judged([finding(`cause-${each.cause}`)])));
          store.apply(notice('said'));
        }
        frame = draw();
        expect(frame.rows).toHaveLength(Math.max(1, size.rows - 1));
        for (const row of frame.rows) {
          const text = stripVTControlCharacters(row);
          expect(widthOf(text)).toBeLessThanOrEqual(size.columns);
          // oxlint-disable-next-line no-control-regex -- the very characters that must not be there
          expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/u);
        }
        const after = chosenHost(spot, store, frame);
        // Only a key may choose another, or a screen that has no room for any.
        const isFree = 'key' in each || before === undefined || after === undefined;
        expect(isFree || after === before).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

/** The host on the cursor's row, where the table shows one there. */
function chosenHost(spot: Spot, store: RunStore, { extent }: Frame): string | undefined {
  if (screenAt(spot) !== 'table') return undefined;
  const window = tableAt(spot, { store, now }).rows({ ...spot, height: extent.tableHeight });
  const row = window.rows[window.line];
  return row?.kind === 'host' && spot.cursor?.kind === 'host' ? row.host.id : undefined;
}
