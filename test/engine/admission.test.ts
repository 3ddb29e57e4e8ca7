import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Admission, type Applicant, type Bounds, type Later } from '../../src/engine/admission.ts';

/** Time passes at once: the whole width is open from the start. */
const atOnce: Later = (callback) => {
  queueMicrotask(callback);
  return () => undefined;
};
/** Time stands still: only contacts that end widen the way. */
const never: Later = () => () => undefined;

function applicant(more: Partial<Applicant> = {}): Applicant {
  return { site: '', jumps: [], credential: 'c', isInfrastructure: false, ...more };
}

function open(bounds: Bounds, later: Later = atOnce, stop = new AbortController()) {
  return new Admission({ bounds, later, stop: stop.signal, random: () => 0.5 });
}

/** A contact that lasts until it is told to end. */
function contacts(admission: Admission) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const enter = (name: string, who: Applicant): Promise<void> =>
    admission.run(who, () => {
      begun.push(name);
      return new Promise((end) => ends.set(name, end));
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await settled();
  };
  return { begun, enter, end };
}

/** Until everything that can happen by itself has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const LIMITS = { site: 'perSite', jump: 'perJump', credential: 'perCredential' } as const;

test('no bound is ever passed, and everybody gets a turn', async () => {
  const who = fc.record({
    site: fc.constantFrom('', 'roma', 'milano', 'torino'),
    jumps: fc.subarray(['a', 'b', 'c'], { maxLength: 2 }),
    credential: fc.constantFrom('x', 'y', undefined),
    isInfrastructure: fc.boolean(),
  });
  const bound = fc.integer({ min: 1, max: 6 });
  const bounds = fc.record(
    {
      overall: fc.integer({ min: 1, max: 20 }),
      perSite: bound,
      perJump: fc.record({ a: bound, b: bound }).map((each) => new Map(Object.entries(each))),
      perCredential: bound,
    },
    { requiredKeys: ['overall'] },
  );
  const lasts = fc.integer({ min: 0, max: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(who, lasts), { maxLength: 60 }),
      bounds,
      async (all, bounds) => {
        const admission = open(bounds);
        const inContact = new Map<string, number>();
        let served = 0;
        const count = (key: string, by: number, most: number | undefined): void => {
          const now = (inContact.get(key) ?? 0) + by;
          inContact.set(key, now);
          expect([key, now <= (most ?? now)]).toEqual([key, true]);
        };
        const tell = ({ site, jumps, credential }: Applicant, by: number): void => {
          count('all', by, bounds.overall);
          if (site !== '') count(`site ${site}`, by, bounds[LIMITS.site]);
          for (const jump of jumps) count(`jump ${jump}`, by, bounds[LIMITS.jump]?.get(jump));
          if (credential !== undefined)
            count(`credential ${credential}`, by, bounds[LIMITS.credential]);
        };
        await Promise.all(
          all.map(([each, turns]) =>
            admission.run(each, async () => {
              tell(each, 1);
              for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
              tell(each, -1);
              served += 1;
            }),
          ),
        );
        expect(served).toBe(all.length);
      },
    ),
  );
});

test('a contact that fails gives its place back, and its failure to whoever asked', async () => {
  const admission = open({ overall: 1 });
  const fails = admission.run(applicant(), () => Promise.reject(new Error('no')));
  await expect(fails).rejects.toThrow('no');
  await expect(admission.run(applicant(), async () => 'next')).resolves.toBe('next');
});

describe('whose turn it is', () => {
  test('a dead site holds no more places than the others need, however many hosts it has', async () => {
    const { begun, enter, end } = contacts(open({ overall: 4 }));
    for (let at = 0; at < 20; at += 1) void enter(`dead-${at}`, applicant({ site: 'dead' }));
    await settled();
    expect(begun).toHaveLength(4); // nobody else was there
    for (let at = 0; at < 6; at += 1) void enter(`roma-${at}`, applicant({ site: 'roma' }));
    for (let at = 0; at < 6; at += 1) void enter(`milano-${at}`, applicant({ site: 'milano' }));
    for (let at = 0; at < 3; at += 1) await end(`dead-${at}`);
    // From now on nothing of the dead site ends; the living are served to the last.
    for (let round = 0; round < 20; round += 1) {
      for (const name of begun.filter((each) => !each.startsWith('dead'))) await end(name);
    }
    expect(begun.filter((name) => !name.startsWith('dead'))).toHaveLength(12);
  });

  test('infrastructure goes before everybody who still waits', async () => {
    const { begun, enter, end } = contacts(open({ overall: 1 }));
    void enter('ws-1', applicant({ site: 'roma' }));
    void enter('ws-2', applicant({ site: 'milano' }));
    void enter('wsus', applicant({ site: 'roma', isInfrastructure: true }));
    await settled();
    await end('ws-1');
    expect(begun).toEqual(['ws-1', 'wsus']);
  });

  test('a jump host that is full holds nobody but those behind it', async () => {
    const { begun, enter, end } = contacts(open({ overall: 10, perJump: new Map([['jb', 2]]) }));
    for (let at = 0; at < 5; at += 1) void enter(`behind-${at}`, applicant({ jumps: ['jb'] }));
    void enter('free', applicant());
    await settled();
    expect(begun).toEqual(['behind-0', 'behind-1', 'free']);
    await end('behind-1');
    expect(begun.at(-1)).toBe('behind-2');
  });
});

describe('the start', () => {
  test('is narrow, and each contact that ends makes room for one more', async () => {
    const { begun, enter, end } = contacts(open({ overall: 64 }, never));
    for (let at = 0; at < 100; at += 1) void enter(`ws-${at}`, applicant());
    await settled();
    expect(begun).toHaveLength(8);
    await end('ws-0');
    expect(begun).toHaveLength(10);
  });

  test('is over within a second although no contact has ended', async () => {
    let elapsedMs = 0;
    const waits: (() => void)[] = [];
    const later: Later = (callback, ms) => {
      waits.push(() => {
        elapsedMs += ms;
        callback();
      });
      return () => undefined;
    };
    const { begun, enter } = contacts(open({ overall: 500 }, later));
    for (let at = 0; at < 600; at += 1) void enter(`ws-${at}`, applicant());
    for (let wait = waits.shift(); wait !== undefined; wait = waits.shift()) wait();
    await settled();
    expect(begun).toHaveLength(500);
    expect(elapsedMs).toBeLessThan(1000);
  });
});

test('a stop sends everybody away who waits, with its reason, and lets nobody in after it', async () => {
  const stop = new AbortController();
  const admission = open({ overall: 1 }, atOnce, stop);
  const { begun, enter, end } = contacts(admission);
  const atWork = enter('ws-1', applicant());
  const waiting = enter('ws-2', applicant());
  stop.abort('interrupted');
  await expect(waiting).rejects.toBe('interrupted');
  await expect(enter('ws-3', applicant())).rejects.toBe('interrupted');
  await end('ws-1');
  await atWork;
  expect(begun).toEqual(['ws-1']);
});
