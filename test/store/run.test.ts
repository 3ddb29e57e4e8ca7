import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import { hostId } from '../../src/core/host.ts';
import type { Outcome } from '../../src/core/verdict.ts';
import { createRunStore, type RunStore } from '../../src/store/run.ts';
import { WHOLE } from '../../src/store/table.ts';
import type { View } from '../../src/store/window.ts';
import {
  done,
  finding,
  finished,
  info,
  judged,
  noContact,
  recurring,
  revised,
  staged,
  started,
} from '../support/events.ts';

const ids = Array.from({ length: 12 }, (_, index) => hostId(`h${index}`));
const outcomes: readonly Outcome[] = [
  judged([]),
  judged([finding('disk-full')]),
  judged([finding('pending-reboot')], 'reboot-required'),
  judged([finding('not-enough-evidence')], 'no-data'),
  noContact('contact-auth', '401'),
  { kind: 'skipped', reason: 'interrupted before it was started' },
];
const host = fc.constantFrom(...ids);
const outcome = fc.constantFrom(...outcomes);
const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.subarray(ids).map((some) => started(some.map((id) => info(id, { site: 'roma' })))),
  fc
    .tuple(host, fc.constantFrom('queued', 'dns', 'tcp', 'collector'))
    .map(([id, stage]) => staged(id, stage)),
  fc.tuple(host, outcome).map(([id, how]) => done(id, how)),
  fc.tuple(host, outcome).map(([id, how]) => revised(id, how)),
  fc.constant(recurring('disk-full', 3, { site: 'roma' })),
  fc.constant(finished()),
);

function filled(...events: readonly RunEvent[]): RunStore {
  const store = createRunStore();
  for (const event of events) store.apply(event);
  return store;
}

function allOpen(store: RunStore): View['folds'] {
  return new Map(store.groups().map((group) => [group.id, false]));
}

test('whatever events come in whatever order, the totals add up [NIN-02]', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      const totals = filled(...events).totals();
      const named = new Set(events.flatMap(hostsOf));
      expect(totals.hosts).toBe(named.size);
      expect(totals.queued + totals.atWork + totals.judged + totals.contact + totals.skipped).toBe(
        totals.hosts,
      );
      const byStatus = Object.values(totals.statuses).reduce((sum, count) => sum + count, 0);
      expect(byStatus).toBe(totals.judged + totals.contact + totals.skipped);
      expect(Math.min(...Object.values(totals.statuses))).toBe(0);
    }),
  );
});

test('every host stands in exactly one group, and a group counts its hosts [NIN-17]', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      const store = filled(...events);
      const groups = store.groups();
      const members = groups.flatMap((group) =>
        store
          .table(WHOLE, 0)
          .members(group.id)
          .map(({ id }) => id),
      );
      expect(members.toSorted()).toEqual([...new Set(events.flatMap(hostsOf))].toSorted());
      for (const group of groups)
        expect(store.table(WHOLE, 0).members(group.id)).toHaveLength(group.count);
    }),
  );
});

test('the cursor stays on its host and on its line as long as the table is long enough', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 60 }), host, (events, chosen) => {
      const store = filled(started(ids.map((id) => info(id))));
      for (const event of events) {
        store.apply(event);
        const view = {
          folds: allOpen(store),
          cursor: { kind: 'host', id: chosen },
          line: 2,
          height: 5,
        } as const;
        const window = store.table(WHOLE, 0).rows(view);
        expect(window.rows[window.line]).toMatchObject({ kind: 'host', host: { id: chosen } });
        const isAtEdge = window.top === 0 || window.top === window.total - 5;
        expect(isAtEdge || window.line === 2).toBe(true);
      }
    }),
  );
});

test('a window shows the same rows as the whole table does there', () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 40 }),
      fc.nat(20),
      fc.integer({ min: 1, max: 9 }),
      (events, index, height) => {
        const store = filled(started(ids.map((id) => info(id))), ...events);
        const folds = allOpen(store);
        const whole = store
          .table(WHOLE, 0)
          .rows({ folds, cursor: undefined, line: 0, height: 1000 });
        const cursor = store.table(WHOLE, 0).keyAt(folds, index);
        const window = store.table(WHOLE, 0).rows({ folds, cursor, line: 3, height });
        expect(window.total).toBe(whole.rows.length);
        expect(window.rows).toEqual(whole.rows.slice(window.top, window.top + height));
        expect(window.top + window.line).toBe(cursor === undefined ? 0 : index);
      },
    ),
  );
});

test.each([
  [2, 3, false],
  [3, 3, true],
  [3, 4, false],
])(
  'a cause on %i hosts with a threshold of %i recurs: %s [NIN-64]',
  (hosts, threshold, expected) => {
    const some = ids.slice(0, hosts);
    const store = filled(
      started(
        some.map((id) => info(id)),
        threshold,
      ),
      ...some.map((id) => done(id, judged([finding('disk-full')]))),
    );
    expect(store.groups()[0]).toMatchObject({
      id: 'disk-full',
      count: hosts,
      isRecurring: expected,
    });
  },
);

test('a recurring group says what its hosts share now, and nothing that the whole fleet shares', () => {
  const labels = [
    { client: 'acme', site: 'milano', group: 'office' },
    { client: 'acme', site: 'milano', group: 'office' },
    { client: 'acme', site: 'milano', group: 'office' },
    { client: 'acme', site: 'milano', group: 'tills' },
    { client: 'acme', site: 'roma', group: 'tills' },
  ];
  const some = labels.map((own, index) => info(`n${index}`, own));
  const store = filled(started(some));
  const common = (): unknown => store.groups().find(({ id }) => id === 'disk-full')?.common;
  for (const { id } of some.slice(0, 3)) store.apply(done(id, judged([finding('disk-full')])));
  expect(common()).toEqual({ site: 'milano', group: 'office' });
  for (const { id } of some.slice(3, 4)) store.apply(done(id, judged([finding('disk-full')])));
  expect(common()).toEqual({ site: 'milano' });
  for (const { id } of some.slice(4)) store.apply(done(id, judged([finding('disk-full')])));
  expect(common()).toEqual({});
});

test('the same host twice is one host, not two', () => {
  const [first, second] = [ids[0] ?? hostId(''), ids[1] ?? hostId('')];
  const full = judged([finding('disk-full')]);
  const store = filled(
    started([info(first), info(second)], 3),
    done(first, full),
    done(first, full),
    done(second, full),
  );
  expect(store.groups()[0]).toMatchObject({ count: 2, isRecurring: false });
});

test('neither health nor lack of evidence ever recurs', () => {
  const store = filled(
    started(ids.map((id) => info(id))),
    ...ids.map((id, index) =>
      done(id, index < 6 ? judged([]) : judged([finding('not-enough-evidence')], 'no-data')),
    ),
  );
  expect(store.groups().map((group) => group.isRecurring)).toEqual([false, false]);
});

test('groups stand by what matters: recurring, by size, contact, no evidence, left out, ok, at work, queued', () => {
  const names = Array.from({ length: 24 }, (_, index) => hostId(`n${index}`));
  const plan: readonly (Outcome | 'dns' | undefined)[] = [
    undefined,
    'dns',
    'dns',
    judged([]),
    judged([]),
    judged([]),
    judged([]),
    { kind: 'skipped', reason: 'no transport' },
    judged([finding('not-enough-evidence')], 'no-data'),
    ...Array.from({ length: 5 }, () => noContact('contact-auth', '401')),
    judged([finding('wmi-broken')]),
    judged([finding('disk-full')]),
    judged([finding('disk-full')]),
    ...Array.from({ length: 3 }, () => judged([finding('file-locked')])),
    ...Array.from({ length: 4 }, () => judged([finding('pending-reboot')])),
  ];
  const store = filled(
    started(names.map((id) => info(id))),
    ...names.flatMap((id, index) => {
      const step = plan[index];
      if (step === undefined) return [];
      return step === 'dns' ? [staged(id, step)] : [done(id, step)];
    }),
  );
  expect(store.groups().map(({ id, count }) => `${id} ${count}`)).toEqual([
    'pending-reboot 4',
    'file-locked 3',
    'disk-full 2',
    'wmi-broken 1',
    'contact-auth 5',
    'not-enough-evidence 1',
    '@skipped 1',
    '@ok 4',
    '@at-work 2',
    '@queued 1',
  ]);
});

test('groups change places only when one overtakes the other, not when it draws level', () => {
  const store = filled(started(ids.map((id) => info(id))));
  const order = (): string[] =>
    store
      .groups()
      .filter(({ kind }) => kind === 'cause')
      .map(({ id }) => id);
  const add = (index: number, cause: string): void =>
    store.apply(done(ids[index] ?? hostId(''), judged([finding(cause)])));
  add(0, 'disk-full');
  add(1, 'disk-full');
  add(2, 'file-locked');
  expect(order()).toEqual(['disk-full', 'file-locked']);
  add(3, 'file-locked');
  expect(order()).toEqual(['disk-full', 'file-locked']);
  add(4, 'file-locked');
  expect(order()).toEqual(['file-locked', 'disk-full']);
  add(5, 'disk-full');
  expect(order()).toEqual(['file-locked', 'disk-full']);
});

test('a verdict that other hosts changed moves its host and keeps its evidence', () => {
  const [id] = ids as [(typeof ids)[number]];
  const store = filled(started([info(id)]), done(id, judged([finding('disk-full')])));
  store.apply(revised(id, judged([finding('wsus-duplicate-client-id')])));
  expect(store.groups().map((group) => group.id)).toEqual(['wsus-duplicate-client-id']);
  expect(store.host(id)?.evidence).toMatchObject({ file: 'evidence.ndjson' });
});

test('hosts at work stand with the slowest first', () => {
  const [a, b, c] = ids as [(typeof ids)[number], (typeof ids)[number], (typeof ids)[number]];
  const store = filled(
    started([info(a), info(b), info(c)]),
    staged(c, 'dns'),
    staged(a, 'dns'),
    staged(c, 'tcp'),
    staged(b, 'dns'),
  );
  expect(
    store
      .table(WHOLE, 0)
      .members('@at-work')
      .map(({ id }) => id),
  ).toEqual([c, a, b]);
});

test('a stage that comes after the outcome changes nothing', () => {
  const [id] = ids as [(typeof ids)[number]];
  const store = filled(started([info(id)]), done(id, judged([])), staged(id, 'collector'));
  expect(store.totals()).toMatchObject({ judged: 1, atWork: 0 });
});

test('a folded group that holds the chosen host has the cursor', () => {
  const [id] = ids as [(typeof ids)[number]];
  const store = filled(started([info(id)]), staged(id, 'dns'));
  const view: View = { folds: new Map(), cursor: { kind: 'host', id }, line: 1, height: 10 };
  expect(store.table(WHOLE, 0).rows(view).line).toBe(1);
  store.apply(done(id, judged([finding('disk-full')])));
  const window = store.table(WHOLE, 0).rows(view);
  expect(window.rows[window.line]).toMatchObject({ kind: 'group', group: { id: 'disk-full' } });
});

function hostsOf(event: RunEvent): string[] {
  if (event.type === 'run.started') return event.hosts.map(({ id }) => id);
  return 'host' in event ? [event.host] : [];
}

test('a run that stands still does not see what comes later, however it is looked at', () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 40 }),
      fc.array(anyEvent, { maxLength: 40 }),
      (before, after) => {
        const store = filled(...before);
        const still = store.still();
        const seen = (by: string): unknown =>
          still
            .table({ ...WHOLE, by }, 0)
            .groups.map(({ id, count, isRecurring, members }) => [
              id,
              count,
              isRecurring,
              members.map((host) => [host.id, host.stage, host.outcome]),
            ]);
        const then = [seen('cause'), seen('status'), seen('site')];
        for (const event of after) store.apply(event);
        expect([seen('cause'), seen('status'), seen('site')]).toEqual(then);
        expect(store.version() - still.version).toBe(after.length);
      },
    ),
  );
});

test('the log forgets what is oldest, and never more than it has to', () => {
  const store = filled(started(ids.map((id) => info(id))));
  const [a = hostId('a')] = ids;
  for (let count = 0; count < 10_000; count += 1) store.apply(done(a, judged([])));
  expect(store.log().length).toBeGreaterThanOrEqual(2000);
  expect(store.log().length).toBeLessThanOrEqual(4000);
  expect(store.log().at(-1)?.type).toBe('host.done');
});

test('the way to a host is kept step by step, with when it ended', () => {
  const [a = hostId('a')] = ids;
  const store = filled(
    started([info(a)]),
    staged(a, 'tcp', 10),
    staged(a, 'auth', 25),
    done(a, judged([]), 60),
    revised(a, judged([]), 90),
  );
  const { stages, begun } = store.host(a)?.trail ?? { stages: [], begun: [] };
  expect(stages).toEqual(['tcp', 'auth']);
  expect(begun.map((ms) => ms - (begun[0] ?? 0))).toEqual([0, 15, 50]);
});

test('patches are the updates that verdicts name, once a host, those on most hosts first', () => {
  const proof = (quote: string) => [{ kind: 'strong', pointer: '/x', quote }] as const;
  const named = (id: string, quote: string): Outcome =>
    judged([finding(id, { evidence: proof(quote) })]);
  const [a = hostId('a'), b = hostId('b'), c = hostId('c')] = ids;
  const store = filled(
    started(ids.map((id) => info(id))),
    done(a, named('disk-full', 'KB5034441 and KB5034441 again, kb5000001')),
    done(b, named('disk-full', 'KB5034441')),
    done(c, named('file-locked', 'no update')),
  );
  const seen = (): unknown =>
    store.patches().map(({ kb, hosts, cause }) => [kb, hosts.length, cause]);
  expect(seen()).toEqual([
    ['KB5034441', 2, 'disk-full'],
    ['KB5000001', 1, 'disk-full'],
  ]);
  store.apply(revised(b, named('file-locked', 'nothing')));
  expect(seen()).toContainEqual(['KB5034441', 1, 'disk-full']);
});
