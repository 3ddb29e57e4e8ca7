import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExitReason, RunEvent } from '../../src/core/event.ts';
import type { Outcome } from '../../src/core/verdict.ts';
import { scan } from '../../src/engine/scan.ts';
import type { Source } from '../../src/sources/source.ts';
import { all, evidence, hosts, judgeBy, ofType, plan, verdict, AT } from '../support/run.ts';

function finished(events: readonly RunEvent[]) {
  const [last] = ofType(events, 'run.finished');
  if (!last) throw new Error('the run did not finish');
  return last;
}

describe('a run', () => {
  test('[NIN-02] gives every host exactly one outcome, whatever its look does, and totals add up', async () => {
    const behaviour = fc.constantFrom(
      'evidence' as const,
      'contact' as const,
      'skipped' as const,
      'throws' as const,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        async (kinds, forks) => {
          const fleet = hosts(kinds.length);
          const source: Source = {
            look: (host, { slot }) =>
              slot(async () => {
                await Promise.resolve();
                switch (kinds[fleet.findIndex(({ id }) => id === host.id)] ?? 'throws') {
                  case 'evidence':
                    return { look: evidence(host.id) };
                  case 'contact':
                    return {
                      look: {
                        kind: 'contact',
                        contact: {
                          schema: 'evidence/1',
                          host: host.id,
                          contact: { stage: 'tcp', code: 'ECONNREFUSED' },
                        },
                      },
                    };
                  case 'skipped':
                    return { look: { kind: 'skipped', reason: 'not now' } };
                  case 'throws':
                    throw new Error('a fault of ours');
                }
              }),
          };
          const events = await all(scan(plan({ hosts: fleet, source, forks })));
          const done = ofType(events, 'host.done');
          expect(done.map(({ host }) => host).toSorted()).toEqual(
            fleet.map(({ id }) => id).toSorted(),
          );
          const { summary, exit } = finished(events);
          expect(summary.judged + summary.contact + summary.skipped).toBe(fleet.length);
          expect(exit.code === 1).toBe(kinds.includes('throws'));
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
        },
      ),
    );
  });

  test('never has more hosts at work than forks', async () => {
    let atWork = 0;
    let most = 0;
    const source: Source = {
      look: (host, { slot }) =>
        slot(async () => {
          most = Math.max(most, (atWork += 1));
          await new Promise(setImmediate);
          atWork -= 1;
          return { look: evidence(host.id) };
        }),
    };
    await all(scan(plan({ hosts: hosts(50), source, forks: 7 })));
    expect(most).toBe(7);
  });

  test.each([
    ['site', { perSite: 2 }, 8],
    ['jump host', { perJump: 2 }, 8],
    ['jump host that carries fewer', { perJump: 4 }, 2],
    ['jump host, by itself', {}, 2],
    ['credential', { perCredential: 2 }, 8],
  ])('never has more hosts at work of one %s than its bound', async (_, bounds, channels) => {
    const jump = {
      name: 'jb',
      address: 'jb',
      ssh: { port: 22, knownHosts: [] },
      credential: 'k',
      channels,
      limits: { connectMs: 1000, collectMs: 1000 },
    };
    const reach = {
      kind: 'ssh',
      ssh: { port: 22, knownHosts: [] },
      credential: 'c',
      via: [jump],
    } as const;
    const fleet = hosts(20, () => ({ site: 'roma' })).map((each) => ({ ...each, reach }));
    let atWork = 0;
    let most = 0;
    const source: Source = {
      look: (host, { slot }) =>
        slot(async () => {
          most = Math.max(most, (atWork += 1));
          await new Promise(setImmediate);
          atWork -= 1;
          return { look: evidence(host.id) };
        }),
    };
    await all(scan(plan({ hosts: fleet, source, forks: 9, bounds })));
    expect(most).toBe(2);
  });

  test('is delayed by no jump host that hangs, however many hosts are behind it', async () => {
    const limits = { connectMs: 1000, collectMs: 1000 };
    const ssh = { port: 22, knownHosts: [] };
    const jump = { name: 'jb', address: 'jb', ssh, credential: 'k', channels: 8, limits };
    const behind = { kind: 'ssh', ssh, credential: 'c', via: [jump] } as const;
    const fleet = hosts(1200).map((each, at) => (at === 1199 ? each : { ...each, reach: behind }));
    const hang = Promise.withResolvers<never>();
    const stop = new AbortController();
    const source: Source = {
      async look(host, { slot }) {
        // Before its slot: while the jump host is being connected.
        if (host.reach.kind === 'ssh') await Promise.race([hang.promise, once(stop.signal)]);
        return slot(() => Promise.resolve({ look: evidence(host.id) }));
      },
    };
    for await (const event of scan(plan({ hosts: fleet, source, forks: 4, stop: stop.signal }))) {
      if (event.type !== 'host.done') continue;
      expect(event.host).toBe(fleet[1199]?.id);
      break;
    }
    stop.abort('interrupted');
  });

  test('[P-06] is delayed by no host that hangs: the others are done before it ends', async () => {
    const hang = Promise.withResolvers<void>();
    const fleet = hosts(200, (at) => ({ site: at < 100 ? 'dead' : 'alive' }));
    const source: Source = {
      look: (host, { slot }) =>
        slot(async () => {
          if (host.id === 'ws-1' || host.id === 'ws-2') await hang.promise;
          return { look: evidence(host.id) };
        }),
    };
    const done: string[] = [];
    for await (const event of scan(plan({ hosts: fleet, source, forks: 3 }))) {
      if (event.type !== 'host.done') continue;
      done.push(event.host);
      if (done.length === 198) hang.resolve();
    }
    expect(done.slice(-2).toSorted()).toEqual(['ws-1', 'ws-2']);
  });

  test('begins no more than a few hundred hosts before their turn, however many there are', async () => {
    let begun = 0;
    let ended = 0;
    let most = 0;
    const source: Source = {
      look: async (host, { slot }) => {
        most = Math.max(most, (begun += 1) - ended);
        const look = await slot(async () => ({ look: evidence(host.id) }));
        ended += 1;
        return look;
      },
    };
    await all(scan(plan({ hosts: hosts(5000), source, forks: 4 })));
    expect(ended).toBe(5000);
    expect(most).toBeLessThanOrEqual(4 + 512);
  });

  test('says a try that will be repeated, and words of its own before it ends', async () => {
    const again = { tries: 1, stage: 'http', code: '503', waitMs: 10 } as const;
    const source: Source = {
      look: (host, { slot, onStage }) => {
        onStage('queued', { again });
        return slot(async () => ({ look: evidence(host.id) }));
      },
    };
    const events = await all(
      scan(
        plan({
          hosts: hosts(1),
          source,
          lastWords: (outcomes) => [['info', 'x', `${outcomes.size} in all`]],
        }),
      ),
    );
    expect(ofType(events, 'host.stage')).toMatchObject([{ stage: 'queued', again }]);
    expect(events.slice(-2)).toMatchObject([
      { type: 'notice', code: 'x', text: '1 in all' },
      { type: 'run.finished' },
    ]);
  });

  test('stores a look before its host counts as done', async () => {
    const order: string[] = [];
    const keep = async (): Promise<undefined> => {
      await new Promise(setImmediate);
      order.push('kept');
    };
    for await (const event of scan(plan({ hosts: hosts(1), keep }))) order.push(event.type);
    expect(order).toEqual(['run.started', 'kept', 'host.done', 'fleet.judged', 'run.finished']);
  });

  test('that is stopped keeps what came in, and the rest ends as skipped', async () => {
    const controller = new AbortController();
    const source: Source = {
      look: (host, { slot, signal }) =>
        slot(async () => {
          if (host.id === 'ws-3') {
            controller.abort('interrupted');
            signal.throwIfAborted();
          }
          return { look: evidence(host.id) };
        }),
    };
    const events = await all(
      scan(plan({ hosts: hosts(9), source, forks: 1, stop: controller.signal })),
    );
    const { summary, complete, exit } = finished(events);
    expect(summary).toMatchObject({ hosts: 9, judged: 2, skipped: 7 });
    expect(complete).toBe(false);
    expect(exit).toEqual({ code: 130, reasons: ['interrupted'] });
    expect(ofType(events, 'notice').map(({ code }) => code)).toEqual(['run.interrupted']);
  });

  test('whose comparison of hosts fails keeps the results that are in, and says so', async () => {
    const judge = judgeBy(() => 'disk-full');
    const review = (): never => {
      throw new Error('a fault of ours');
    };
    const events = await all(scan(plan({ hosts: hosts(4), judge: { ...judge, review } })));
    expect(finished(events)).toMatchObject({
      complete: true,
      exit: { code: 1 },
      summary: { judged: 4 },
    });
    expect(ofType(events, 'notice')).toMatchObject([{ level: 'error', code: 'internal' }]);
  });

  test('past its deadline ends with 124 and says so', async () => {
    const events = await all(scan(plan({ hosts: hosts(2), stop: AbortSignal.abort('deadline') })));
    expect(finished(events).exit.code).toBe(124);
    expect(ofType(events, 'notice')[0]?.text).toContain('deadline');
  });

  test('with no host at all is complete and ends with 0', async () => {
    expect(finished(await all(scan(plan({ hosts: [] })))).exit.code).toBe(0);
  });

  test('waits with new hosts while its reader is behind', async () => {
    let started = 0;
    const source: Source = {
      look: (host, { slot, onStage }) =>
        slot(async () => {
          started += 1;
          for (let at = 0; at < 100; at += 1) onStage('collector');
          return { look: evidence(host.id) };
        }),
    };
    const stream = scan(plan({ hosts: hosts(500), source }))[Symbol.asyncIterator]();
    for (let turn = 0; turn < 2000; turn += 1) await Promise.resolve();
    const whileUnread = started;
    let left = 1;
    while ((await stream.next()).done !== true) left += 1;
    expect(whileUnread).toBeLessThan(100);
    expect(left).toBeGreaterThan(50_000);
  });
});

describe('a recurring cause', () => {
  test('[NIN-64] is told at the third distinct host, once, with what its hosts share', async () => {
    const fleet = hosts(6, (at) => ({
      client: 'acme',
      site: at < 5 ? 'milano' : 'roma',
      ring: String(at),
    }));
    const events = await all(
      scan(
        plan({
          hosts: fleet,
          judge: judgeBy((host) => (host === 'ws-6' ? 'none' : 'disk-full')),
          forks: 1,
        }),
      ),
    );
    expect(ofType(events, 'cause.recurring')).toMatchObject([
      { cause: 'disk-full', hosts: 3, common: { site: 'milano' } },
    ]);
  });

  test.each([
    ['two hosts', 2, 'disk-full'],
    ['healthy hosts', 9, 'none'],
    ['hosts without enough evidence', 9, 'not-enough-evidence'],
  ])('is never said of %s', async (_, count, cause) => {
    const events = await all(scan(plan({ hosts: hosts(count), judge: judgeBy(() => cause) })));
    expect(ofType(events, 'cause.recurring')).toEqual([]);
  });

  test('counts a host where its revised verdict puts it', async () => {
    const fleet = hosts(3);
    const judge = judgeBy((host) => (host === 'ws-1' ? 'proxy-misconfigured' : 'wsus-unreachable'));
    const [first] = fleet;
    if (!first) throw new Error('no host');
    const revised = {
      kind: 'judged',
      verdict: verdict('wsus-unreachable'),
      collectedAt: AT,
      mode: 'powershell',
    } as const;
    const events = await all(
      scan(plan({ hosts: fleet, judge: { ...judge, review: () => [[first.id, revised]] } })),
    );
    expect(ofType(events, 'host.revised')).toHaveLength(1);
    expect(ofType(events, 'cause.recurring')).toMatchObject([
      { cause: 'wsus-unreachable', hosts: 3 },
    ]);
  });
});

describe('the fleet', () => {
  const sick = (host: string): boolean => Number(host.slice(3)) <= 12;
  const fleet = hosts(60, (at) => ({ site: at < 12 ? 'milano' : `site ${at % 4}` }));

  test('is judged as hosts come in once a cause recurs, and a last time before the run ends', async () => {
    const judge = judgeBy((host) => (sick(host) ? 'disk-full' : 'none'));
    const labelled: Source = {
      look: ({ id, labels }, { slot }) =>
        slot(async () => {
          const look = evidence(id);
          return look.kind === 'evidence'
            ? { look: { ...look, evidence: { ...look.evidence, labels } } }
            : { look };
        }),
    };
    const events = await all(scan(plan({ hosts: fleet, source: labelled, judge })));
    expect(events.slice(-2)).toMatchObject([{ type: 'fleet.judged' }, { type: 'run.finished' }]);
    const judged = ofType(events, 'fleet.judged');
    expect(judged.length).toBeGreaterThan(5);
    expect(judged[0]?.fleet.spreads).toMatchObject([{ cause: 'disk-full', hosts: 3, tried: 3 }]);
    expect(judged.at(-1)?.fleet).toMatchObject({
      spreads: [
        {
          hosts: 12,
          tried: 60,
          pattern: { tie: 'relay', shared: [{ kind: 'site', value: 'milano' }] },
        },
      ],
      fixes: [{ cause: 'disk-full', hosts: 12, total: 12 }],
    });
  });

  test('knows the jump hosts on the way, of those who answer too', async () => {
    const limits = { connectMs: 1000, collectMs: 1000 };
    const via = (name: string) => [
      {
        name,
        address: name,
        ssh: { port: 22, knownHosts: [] },
        credential: 'k',
        channels: 8,
        limits,
      },
    ];
    const behind = fleet.map((host, at) => ({
      ...host,
      labels: {},
      reach: {
        kind: 'ssh' as const,
        ssh: { port: 22, knownHosts: [] },
        credential: undefined,
        via: via(at < 12 ? 'jb-mi' : `jb-${at % 4}`),
      },
    }));
    const judge = judgeBy((host) => (sick(host) ? 'disk-full' : 'none'));
    const events = await all(scan(plan({ hosts: behind, judge })));
    const [spread] = ofType(events, 'fleet.judged').at(-1)?.fleet.spreads ?? [];
    expect(spread?.pattern).toMatchObject({
      tie: 'relay',
      shared: [{ kind: 'relay', value: 'jb-mi', affected: 12, others: 0, othersKnown: 48 }],
    });
  });

  test('is judged with revised outcomes', async () => {
    const judge = judgeBy((host) => (sick(host) ? 'disk-full' : 'none'));
    const revised = fleet.slice(0, 12).map(({ id }) => {
      const outcome: Outcome = {
        kind: 'judged',
        verdict: verdict('clock-skew'),
        collectedAt: AT,
        mode: 'powershell',
      };
      return [id, outcome] as const;
    });
    const events = await all(
      scan(plan({ hosts: fleet, judge: { ...judge, review: () => revised } })),
    );
    expect(ofType(events, 'fleet.judged').at(-1)?.fleet.fixes).toMatchObject([
      { cause: 'clock-skew', hosts: 12 },
    ]);
  });
});

describe('the exit code', () => {
  const contactSource: Source = {
    look: (host, { slot }) =>
      slot(() =>
        Promise.resolve({
          look:
            host.id === 'ws-1'
              ? evidence(host.id)
              : {
                  kind: 'contact',
                  contact: {
                    schema: 'evidence/1',
                    host: host.id,
                    contact: { stage: 'dns', code: 'ENOTFOUND' },
                  },
                },
        } as const),
      ),
  };

  test.each([
    [
      'all reached, findings not asked for',
      { hosts: hosts(3), judge: judgeBy(() => 'disk-full') },
      0,
      [],
    ],
    ['one host not contacted', { hosts: hosts(2), source: contactSource }, 4, ['unreachable']],
    [
      'nobody contacted',
      { hosts: hosts(3).slice(1), source: contactSource },
      5,
      ['nobody-reached', 'unreachable'],
    ],
    [
      'findings and unreachable hosts: findings first',
      {
        hosts: hosts(2),
        source: contactSource,
        judge: judgeBy(() => 'disk-full'),
        failOn: { kind: 'any' },
      },
      3,
      ['findings', 'unreachable'],
    ],
    ['--fail-on any, all healthy', { hosts: hosts(3), failOn: { kind: 'any' } }, 0, []],
    [
      '--fail-on recurring, below the threshold',
      { hosts: hosts(2), judge: judgeBy(() => 'disk-full'), failOn: { kind: 'recurring' } },
      0,
      [],
    ],
    [
      '--fail-on recurring',
      { hosts: hosts(3), judge: judgeBy(() => 'disk-full'), failOn: { kind: 'recurring' } },
      3,
      ['findings'],
    ],
    [
      '--fail-on cause:ID, another cause',
      {
        hosts: hosts(3),
        judge: judgeBy(() => 'disk-full'),
        failOn: { kind: 'cause', cause: 'clock-skew' },
      },
      0,
      [],
    ],
    [
      '--fail-on cause:ID',
      {
        hosts: hosts(1),
        judge: judgeBy(() => 'clock-skew'),
        failOn: { kind: 'cause', cause: 'clock-skew' },
      },
      3,
      ['findings'],
    ],
    [
      '--fail-on failed',
      { hosts: hosts(1), judge: judgeBy(() => 'disk-full'), failOn: { kind: 'failed' } },
      3,
      ['findings'],
    ],
    [
      'evidence lost',
      { hosts: hosts(1), reasons: (): ExitReason[] => ['evidence-lost'] },
      1,
      ['evidence-lost'],
    ],
  ] as const)('%s', async (_, parts, code, reasons) => {
    const { exit } = finished(await all(scan(plan(parts))));
    expect(exit).toEqual({ code, reasons });
  });
});

function once(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
