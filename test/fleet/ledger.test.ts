import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTied, type Pattern, type Spread } from '../../src/core/fleet.ts';
import { hostId } from '../../src/core/host.ts';
import type { Outcome, Verdict } from '../../src/core/verdict.ts';
import { FleetLedger } from '../../src/fleet/ledger.ts';
import type { Traits } from '../../src/fleet/traits.ts';
import { AT } from '../support/run.ts';
import { chance } from '../../scripts/demo-fleet/chance.ts';

/** A host in a line: its traits by kind, and its causes, the first one first; none for a healthy one. */
interface Told {
  readonly traits: Readonly<Record<string, string | readonly string[]>>;
  readonly causes?: readonly string[];
  readonly beaten?: readonly string[];
  readonly isContact?: boolean;
  readonly since?: string;
  readonly dated?: Traits['dated'];
}

type Judged = Exclude<Outcome, { kind: 'skipped' }>;

function outcomeOf({ causes = [], beaten = [], isContact = false, since }: Told): Judged {
  const verdict: Verdict = {
    status: causes.length === 0 ? 'ok' : 'failing',
    cause: causes[0] ?? 'none',
    causes: causes.map((id) => ({
      id,
      title: `title of ${id}`,
      category: 'test',
      confidence: 0.9,
      evidence: [],
      ...(since !== undefined && { firstSeen: since }),
    })),
    consequences: beaten.map((id) => ({
      id,
      title: id,
      beatenBy: causes[0] ?? '',
      confidence: 0.7,
    })),
    unread: [],
  };
  return isContact
    ? { kind: 'contact', verdict, contact: { stage: 'tcp', code: 'ETIMEDOUT' } }
    : { kind: 'judged', verdict, collectedAt: AT, mode: 'powershell' };
}

function traitsOf({ traits, dated = [] }: Told): Traits {
  return {
    known: new Set(Object.keys(traits)),
    all: Object.entries(traits).flatMap(([kind, values]) =>
      [values].flat().map((value) => ({ kind, value })),
    ),
    dated,
  };
}

function ledgerOf(hosts: readonly Told[], order = hosts.map((_, at) => at)): FleetLedger {
  const ledger = new FleetLedger();
  for (const at of order) {
    const host = hosts[at];
    if (host !== undefined) ledger.note(hostId(`ws-${at}`), outcomeOf(host), traitsOf(host));
  }
  return ledger;
}

function spreadOf(hosts: readonly Told[], cause = 'x'): Spread {
  const spread = ledgerOf(hosts)
    .verdict(3)
    .spreads.find((each) => each.cause === cause);
  if (spread === undefined) throw new Error(`nobody has ${cause}`);
  return spread;
}

function patternOf(hosts: readonly Told[], cause = 'x'): Pattern {
  const { pattern } = spreadOf(hosts, cause);
  if (pattern === undefined) throw new Error(`${cause} does not recur`);
  return pattern;
}

const many = (count: number, host: (at: number) => Told): Told[] =>
  Array.from({ length: count }, (_, at) => host(at));

const SITES = ['roma', 'torino', 'osaka', 'lyon'];
const site = (at: number): string => SITES[at % SITES.length] ?? '';
const ring = (at: number): string => (at % 3 === 0 ? 'pilot' : 'broad');
const X = { causes: ['x'] };

describe('what hosts of a cause have in common', () => {
  test.each<[string, Told[], Partial<Pattern['shared'][number]>[], Pattern['tie']]>([
    [
      '[SEC-13] the relay of one site that is down',
      [
        ...many(12, (at) => ({ traits: { relay: 'dp-mi', ring: ring(at) }, ...X })),
        ...many(60, (at) => ({ traits: { relay: `dp-${site(at)}`, ring: ring(at) } })),
      ],
      [
        {
          kind: 'relay',
          value: 'dp-mi',
          affected: 12,
          affectedKnown: 12,
          others: 0,
          othersKnown: 60,
        },
      ],
      'relay',
    ],
    [
      'a bad update, whatever the site',
      [
        ...many(12, (at) => ({ traits: { site: site(at), update: ['KB1', 'KB2'] }, ...X })),
        ...many(60, (at) => ({ traits: { site: site(at), update: ['KB1'] } })),
      ],
      [{ kind: 'update', value: 'KB2', affected: 12, others: 0 }],
      'patch',
    ],
    [
      '[SEC-15] a version of an agent, and not the agent',
      [
        ...many(9, (at) => ({ traits: { site: site(at), agent: ['Acme', 'Acme 5.1'] }, ...X })),
        ...many(60, (at) => ({ traits: { site: site(at), agent: ['Acme', 'Acme 5.0'] } })),
      ],
      [{ kind: 'agent', value: 'Acme 5.1' }],
      'agent',
    ],
    [
      'an agent that only they have, by its version, which says more',
      [
        ...many(9, (at) => ({ traits: { site: site(at), agent: ['Acme', 'Acme 5.1'] }, ...X })),
        ...many(60, (at) => ({ traits: { site: site(at), agent: [] } })),
      ],
      [{ kind: 'agent', value: 'Acme 5.1' }],
      'agent',
    ],
    [
      '[SEC-18] the value of a policy',
      [
        ...many(9, (at) => ({ traits: { site: site(at), policy: ['noAutoUpdate=1'] }, ...X })),
        ...many(60, (at) => ({ traits: { site: site(at), policy: ['noAutoUpdate=0'] } })),
      ],
      [{ kind: 'policy', value: 'noAutoUpdate=1' }],
      'policy',
    ],
    [
      'a model, even where some of it are well and some others are not',
      [
        ...many(10, (at) => ({ traits: { site: site(at), model: 'T1' }, ...X })),
        ...many(2, (at) => ({ traits: { site: site(at), model: 'T2' }, ...X })),
        ...many(3, (at) => ({ traits: { site: site(at), model: 'T1' } })),
        ...many(80, (at) => ({ traits: { site: site(at), model: `T${2 + (at % 4)}` } })),
      ],
      [{ kind: 'model', value: 'T1', affected: 10, affectedKnown: 12, others: 3, othersKnown: 83 }],
      'other',
    ],
    [
      'site and relay both, where they are the same hosts',
      [
        ...many(12, () => ({ traits: { site: 'milano', relay: 'dp-mi' }, ...X })),
        ...many(60, (at) => ({ traits: { site: site(at), relay: `dp-${site(at)}` } })),
      ],
      [
        { kind: 'relay', value: 'dp-mi' },
        { kind: 'site', value: 'milano' },
      ],
      'relay',
    ],
    [
      'the server, and not the site, where the server has other sites that fail too',
      [
        ...many(10, () => ({ traits: { site: 'milano', wsus: 'w1' }, ...X })),
        ...many(10, () => ({ traits: { site: 'torino', wsus: 'w1' }, ...X })),
        ...many(60, (at) => ({ traits: { site: SITES[at % 4] ?? '', wsus: 'w2' } })),
      ],
      [{ kind: 'wsus', value: 'w1', affected: 20 }],
      'relay',
    ],
  ])('is %s', (_, hosts, shared, tie) => {
    const found = patternOf(hosts);
    expect(found.shared).toMatchObject(shared);
    expect(found.shared).toHaveLength(shared.length);
    expect(found.tie).toBe(tie);
    for (const { p } of found.shared) expect(p).toBeLessThan(0.001);
  });

  test('[SEC-16] is nothing, where it is spread as everything is', () => {
    const hosts = many(120, (at) => ({
      traits: { site: site(at), ring: ring(at) },
      ...(at % 10 === 0 && X),
    }));
    expect(patternOf(hosts)).toMatchObject({ tie: 'random', shared: [] });
  });

  test.each<[Pattern['why'], string, Told[]]>([
    [
      'too-few',
      'a few hosts',
      [
        ...many(3, () => ({ traits: { site: 'milano' }, ...X })),
        ...many(3, () => ({ traits: { site: 'roma' } })),
      ],
    ],
    [
      'no-others',
      'a fleet in which all have it',
      many(20, (at) => ({ traits: { site: site(at) }, ...X })),
    ],
    [
      'nothing-differs',
      'a fleet that shares everything',
      many(40, (at) => ({ traits: { site: 'milano', client: 'acme' }, ...(at < 10 && X) })),
    ],
    [
      'partial',
      'a tie of some hosts only',
      [
        ...many(12, () => ({ traits: { site: 'milano' }, ...X })),
        ...many(28, (at) => ({ traits: { site: site(at) }, ...X })),
        ...many(8, () => ({ traits: { site: 'milano' } })),
        ...many(300, (at) => ({ traits: { site: site(at) } })),
      ],
    ],
  ])('cannot be told (%s) of %s', (why, _, hosts) => {
    expect(patternOf(hosts)).toMatchObject({ tie: 'unknown', why });
  });

  test('is not sought for a cause on fewer hosts than the threshold', () => {
    const hosts = [
      ...many(2, () => ({ traits: { site: 'milano' }, ...X })),
      ...many(60, (at) => ({ traits: { site: site(at) } })),
    ];
    expect(spreadOf(hosts).pattern).toBeUndefined();
    expect(ledgerOf(hosts).verdict(2).spreads[0]?.pattern).toBeDefined();
  });

  test('never counts hosts that were not examined among those without the cause', () => {
    const sick = many(6, () => ({ traits: { site: 'milano' }, ...X }));
    const dark: Told[] = [
      ...many(30, (at) => ({
        traits: { site: site(at) },
        causes: ['contact-timeout'],
        isContact: true,
      })),
      ...many(30, (at) => ({ traits: { site: site(at) }, causes: ['not-enough-evidence'] })),
    ];
    expect(spreadOf([...sick, ...dark])).toMatchObject({ tried: 6, pattern: { why: 'no-others' } });
    const well = many(30, (at) => ({ traits: { site: site(at) } }));
    expect(spreadOf([...sick, ...dark, ...well])).toMatchObject({
      tried: 36,
      pattern: { tie: 'relay', shared: [{ othersKnown: 30 }] },
    });
  });

  test('counts everybody who was tried for a failure of contact', () => {
    const hosts: Told[] = [
      ...many(6, () => ({ traits: { site: 'milano' }, causes: ['contact-tcp'], isContact: true })),
      ...many(30, (at) => ({ traits: { site: site(at) }, causes: ['not-enough-evidence'] })),
    ];
    expect(spreadOf(hosts, 'contact-tcp')).toMatchObject({
      tried: 36,
      pattern: { tie: 'relay', shared: [{ kind: 'site', value: 'milano', othersKnown: 30 }] },
    });
  });

  test('leaves out hosts of which a kind is not known, on either side', () => {
    const hosts: Told[] = [
      ...many(8, () => ({ traits: { ring: 'a', model: 'T1' }, ...X })),
      ...many(4, () => ({ traits: { ring: 'a' }, ...X })),
      ...many(40, (at) => ({ traits: { ring: 'a', model: `T${2 + (at % 3)}` } })),
      ...many(50, () => ({ traits: { ring: 'a' } })),
    ];
    expect(patternOf(hosts).shared).toMatchObject([
      { value: 'T1', affected: 8, affectedKnown: 8, others: 0, othersKnown: 40 },
    ]);
  });

  test('leaves out hosts that have the cause behind another, or had it beaten', () => {
    const hosts: Told[] = [
      ...many(8, () => ({ traits: { site: 'milano' }, ...X })),
      ...many(5, () => ({ traits: { site: 'milano' }, causes: ['y', 'x'] })),
      ...many(5, () => ({ traits: { site: 'milano' }, causes: ['y'], beaten: ['x'] })),
      ...many(40, (at) => ({ traits: { site: site(at) } })),
    ];
    expect(patternOf(hosts).shared).toMatchObject([{ affected: 8, others: 0, othersKnown: 40 }]);
  });

  test('names an update as a change only where it went on within the week before, on half of the hosts', () => {
    const day = (date: number): number => Date.UTC(2026, 10, date);
    const since = new Date(day(18)).toISOString();
    const hosts = (installedOn: number): Told[] => [
      ...many(8, (at) => ({
        traits: { site: site(at), update: ['KB2'] },
        ...X,
        since,
        dated: [{ kind: 'update', value: 'KB2', at: day(installedOn) }],
      })),
      ...many(40, (at) => ({ traits: { site: site(at), update: ['KB1'] } })),
    ];
    expect(patternOf(hosts(16)).changed).toEqual([
      { kind: 'update', value: 'KB2', hosts: 8, of: 8, at: '2026-11-16T00:00:00.000Z' },
    ]);
    expect(patternOf(hosts(10)).changed).toEqual([]);
    expect(patternOf(hosts(19)).changed).toEqual([]);
  });

  test('names what went on before where every host has the cause, and nothing that most of them lack', () => {
    const day = (date: number): number => Date.UTC(2026, 10, date);
    const hosts = many(8, (at) => ({
      traits: { update: ['KB2'] },
      ...X,
      since: new Date(day(18)).toISOString(),
      dated: [
        { kind: 'driver', value: 'Intel - net - 12.1', at: day(16) },
        { kind: 'driver', value: 'Intel - net - 12.1', at: day(17) },
        { kind: 'software', value: 'Acme', at: day(17) },
        { kind: 'software', value: 'Acme 5.1', at: day(17) },
        ...(at < 3 ? [{ kind: 'update', value: 'KB3', at: day(17) }] : []),
      ],
    }));
    expect(patternOf(hosts)).toMatchObject({ tie: 'unknown', why: 'no-others' });
    expect(patternOf(hosts).changed).toEqual([
      { kind: 'software', value: 'Acme 5.1', hosts: 8, of: 8, at: '2026-11-17T00:00:00.000Z' },
      {
        kind: 'driver',
        value: 'Intel - net - 12.1',
        hosts: 8,
        of: 8,
        at: '2026-11-16T00:00:00.000Z',
      },
    ]);
  });
});

describe('since when', () => {
  const at = (date: number): string => new Date(Date.UTC(2026, 10, date)).toISOString();

  test('is told where a single host tells it, and is that of the earliest', () => {
    const one = [{ traits: {}, ...X, since: at(18) }, ...many(2, () => ({ traits: {}, ...X }))];
    expect(spreadOf(one)).toMatchObject({ since: { at: at(18), hosts: 1 } });
    const two = [...one, { traits: {}, ...X, since: at(17) }];
    expect(spreadOf(two)).toMatchObject({ since: { at: at(17), hosts: 2 } });
  });

  test('is not told where no host tells it', () => {
    expect(spreadOf(many(3, () => ({ traits: {}, ...X })))).not.toHaveProperty('since');
  });
});

describe('how far a cause reaches', () => {
  const fleet = (sick: number, of: number): Told[] =>
    many(of, (at) => ({ traits: {}, ...(at < sick && X) }));

  test.each([
    [2, 100, 'isolated'],
    [5, 5, 'systemic'],
    [2, 5, 'systemic'],
    [1, 1, 'isolated'],
    [3, 100, 'isolated'],
    [12, 100, 'systemic'],
  ] as const)('[KAC-14] [SEC-20] %i of %i is %3$s', (sick, of, reach) => {
    expect(spreadOf(fleet(sick, of))).toMatchObject({ hosts: sick, tried: of, reach });
  });

  test('is measured where the trait is that explains it', () => {
    const hosts = [
      ...many(6, () => ({ traits: { relay: 'dp-mi' }, ...X })),
      ...many(1000, (at) => ({ traits: { relay: `dp-${site(at)}` } })),
    ];
    expect(spreadOf(hosts)).toMatchObject({ reach: 'systemic', interval: { high: 0.013 } });
  });

  test('is told with the earliest first failure, and how many hosts tell theirs', () => {
    const hosts = [
      { traits: {}, ...X, since: '2026-11-18T02:00:00Z' },
      { traits: {}, ...X, since: '2026-11-17T02:00:00Z' },
      { traits: {}, ...X },
    ];
    expect(spreadOf(hosts).since).toEqual({ at: '2026-11-17T02:00:00.000Z', hosts: 2 });
  });
});

/** Small fleets in which anything may be. */
const told: fc.Arbitrary<Told> = fc.record({
  traits: fc.record(
    {
      site: fc.constantFrom('a', 'b', 'c'),
      wsus: fc.constantFrom('a', 'b'),
      update: fc.subarray(['KB1', 'KB2']),
    },
    { requiredKeys: [] },
  ),
  causes: fc.subarray(['x', 'y', 'contact-tcp', 'not-enough-evidence'], { maxLength: 2 }),
  isContact: fc.boolean(),
});

describe('the fleet', () => {
  test('is judged the same whatever the order in which hosts come', () => {
    fc.assert(
      fc.property(
        fc.array(told, { maxLength: 60 }).chain((hosts) =>
          fc.tuple(
            fc.constant(hosts),
            fc.shuffledSubarray(
              hosts.map((_, at) => at),
              { minLength: hosts.length },
            ),
          ),
        ),
        ([hosts, order]) => {
          expect(ledgerOf(hosts, order).verdict(3)).toEqual(ledgerOf(hosts).verdict(3));
        },
      ),
    );
  });

  test('is judged by the last word on each host', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(told, told), { maxLength: 40 }), (pairs) => {
        const ledger = ledgerOf(pairs.map(([before]) => before));
        for (const [at, [before, after]] of pairs.entries())
          ledger.note(hostId(`ws-${at}`), outcomeOf({ ...after, traits: before.traits }));
        const last = pairs.map(([before, after]) => ({ ...after, traits: before.traits }));
        expect(ledger.verdict(3)).toEqual(ledgerOf(last).verdict(3));
      }),
    );
  });

  // The chance of even one wrong tie in a run is held below 5 %, over all causes and labels.
  test('raises a false alarm in fewer than 5 % of a thousand fleets in which nothing is tied', () => {
    const labels: Readonly<Record<string, number>> = {
      site: 12,
      wsus: 4,
      relay: 12,
      build: 5,
      model: 25,
      ring: 3,
      unit: 8,
      agent: 6,
      update: 40,
    };
    let alarms = 0;
    for (let seed = 0; seed < 1000; seed += 1) {
      const { between, happens } = chance(`fleet ${seed}`);
      const hosts = many(120, () => ({
        traits: Object.fromEntries(
          Object.entries(labels).map(([kind, values]) => [
            kind,
            `${Math.min(between(1, values), between(1, values))}`,
          ]),
        ),
        causes: happens(30) ? [`cause-${between(1, 3)}`] : [],
      }));
      const { spreads } = ledgerOf(hosts).verdict(3);
      if (spreads.some(({ pattern }) => isTied(pattern))) alarms += 1;
    }
    expect(alarms).toBeLessThan(50);
  });

  test('finds what is tied, where it is, in as many fleets', () => {
    let found = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const { between, happens } = chance(`fleet ${seed}`);
      const hosts = many(200, () => {
        const wsus = `${between(1, 8)}`;
        return {
          traits: {
            wsus,
            site: `${between(1, 12)}`,
            model: `${between(1, 25)}`,
          },
          causes: happens(wsus === '1' ? 60 : 2) ? ['x'] : [],
        };
      });
      const [spread] = ledgerOf(hosts).verdict(3).spreads;
      if (spread?.pattern?.shared[0]?.kind === 'wsus' && spread.pattern.tie === 'relay') found += 1;
    }
    expect(found).toBeGreaterThan(90);
  });
});

describe('the order of fixes', () => {
  const fleet = (causes: Readonly<Record<string, number>>): Told[] =>
    Object.entries(causes).flatMap(([key, count]) =>
      many(count, () => ({ traits: {}, causes: key.split('+') })),
    );

  test.each<[string, Readonly<Record<string, number>>, (readonly [string, number, number])[]]>([
    [
      'the cause that frees most hosts goes first',
      { a: 3, b: 5 },
      [
        ['b', 5, 5],
        ['a', 3, 8],
      ],
    ],
    [
      'a host with two causes counts where it is freed',
      { a: 3, b: 2, 'a+b': 4 },
      [
        ['a', 3, 3],
        ['b', 6, 9],
      ],
    ],
    [
      'being on many hosts is not freeing them',
      { 'b+z': 9, 'c+z': 9, d: 1 },
      [
        ['d', 1, 1],
        ['z', 0, 1],
        ['b', 9, 10],
        ['c', 9, 19],
      ],
    ],
    ['what nobody can fix is no fix', { 'not-enough-evidence': 5, a: 1 }, [['a', 1, 1]]],
    ['nobody is sick', {}, []],
  ])('%s', (_, causes, fixes) => {
    const found = ledgerOf(fleet(causes)).verdict(3).fixes;
    expect(found.map(({ cause, hosts, total }) => [cause, hosts, total])).toEqual(fixes);
  });

  test('tells hosts that can only be looked at again from those that recover', () => {
    const hosts = many(4, (at) => ({ traits: {}, causes: ['contact-tcp'], isContact: at > 0 }));
    expect(ledgerOf(hosts).verdict(3).fixes).toMatchObject([{ hosts: 4, unseen: 3 }]);
  });

  test('frees every host that has a cause which can be fixed, once', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 60 }), (hosts) => {
        const curable = hosts.filter(
          ({ causes = [] }) => causes.length > 0 && !causes.includes('not-enough-evidence'),
        );
        const { fixes } = ledgerOf(hosts).verdict(3);
        expect(fixes.reduce((sum, fix) => sum + fix.hosts, 0)).toBe(curable.length);
        expect(fixes.at(-1)?.total ?? 0).toBe(curable.length);
        expect(new Set(fixes.map(({ cause }) => cause)).size).toBe(fixes.length);
      }),
    );
  });
});
