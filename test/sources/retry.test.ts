import { describe, expect, test } from 'vitest';
import type { ContactStage } from '../../src/core/contact.ts';
import type { StageNote } from '../../src/core/event.ts';
import type { Look } from '../../src/core/look.ts';
import { HostLimit } from '../../src/sources/host-limit.ts';
import { withRetries, type Patience, type RetryParts } from '../../src/sources/retry.ts';

const FINE: Look = {
  kind: 'evidence',
  evidence: { schema: 'evidence/1', host: 'ws-1', collectedAt: '2026-11-21T06:00:00Z' },
};

function failed(stage: ContactStage, code: string): Look {
  return { kind: 'contact', contact: { host: 'ws-1', contact: { stage, code, message: 'no' } } };
}

interface Case extends Partial<Pick<RetryParts, 'limit'>> {
  readonly looks: readonly Look[];
  readonly isRepeatable?: boolean;
  readonly random?: number;
  readonly wait?: Patience['wait'];
}

/** Tries a host that comes to one look after the other, the last for ever. */
async function tried({ looks, isRepeatable = true, random = 0.5, wait, limit }: Case) {
  const notes: StageNote[] = [];
  const waits: number[] = [];
  let tries = 0;
  const look = await withRetries({
    attempt: () => {
      tries += 1;
      return Promise.resolve({ look: looks[tries - 1] ?? looks.at(-1) ?? FINE, isRepeatable });
    },
    context: {
      signal: new AbortController().signal,
      slot: (work) => work(),
      onStage: (_stage, note = {}) => notes.push(note),
      onCommand: () => undefined,
      onNotice: () => undefined,
    },
    limit: limit ?? new HostLimit(undefined),
    patience: {
      random: () => random,
      wait:
        wait ??
        ((ms) => {
          waits.push(ms);
          return Promise.resolve();
        }),
    },
  });
  return { look, tries, waits, notes };
}

describe('passing trouble', () => {
  test.each<[ContactStage, string]>([
    ['dns', 'EAI_AGAIN'],
    ['relay', 'ECONNRESET'],
    ['tcp', 'ECONNRESET'],
    ['tcp', 'EMFILE'],
    ['tls', 'ECONNRESET'],
    ['http', 'ECONNRESET'],
    ['http', 'CUT_OFF'],
    ['http', '503'],
    ['shell', '0x803381A5'],
    ['shell', '0x803381A8'],
    ['shell', '0x8033816E'],
    ['shell', 'ECONNRESET'],
  ])('at %s %s is tried again, and evidence then counts as if nothing had been', async (...how) => {
    const { look, tries } = await tried({ looks: [failed(...how), FINE] });
    expect({ look, tries }).toEqual({ look: FINE, tries: 2 });
  });

  test('that stays is given up after three tries, and its message says so', async () => {
    const { look, tries, waits, notes } = await tried({ looks: [failed('http', '503')] });
    expect(tries).toBe(3);
    expect(look).toMatchObject({ contact: { contact: { message: 'no (after 3 tries)' } } });
    expect(waits).toEqual([1000, 3000]);
    expect(notes).toEqual([
      { again: { tries: 1, stage: 'http', code: '503', waitMs: 1000 } },
      { again: { tries: 2, stage: 'http', code: '503', waitMs: 3000 } },
    ]);
  });

  test.each([
    [0, [500, 1500]],
    [0.999_999, [1500, 4500]],
  ])('is waited for half as long up to half again as long (chance %s)', async (random, waits) => {
    expect((await tried({ looks: [failed('http', '503')], random })).waits).toEqual(waits);
  });

  test('that turns into trouble of another kind ends with that, and names the first', async () => {
    const { look, tries } = await tried({
      looks: [failed('http', 'ECONNRESET'), failed('tcp', 'EHOSTUNREACH')],
    });
    expect(tries).toBe(2);
    expect(look).toMatchObject({
      contact: {
        contact: { code: 'EHOSTUNREACH', message: 'no (after 2 tries; at first http ECONNRESET)' },
      },
    });
  });

  test('of a service that restarts is waited for: it broke off, and then listens no more', async () => {
    const looks = [failed('http', 'ECONNRESET'), failed('tcp', 'ECONNREFUSED'), FINE];
    expect(await tried({ looks })).toMatchObject({ look: FINE, tries: 3 });
  });
});

test.each<[ContactStage, string]>([
  ['auth', '401'],
  ['auth', '0x8009030C'],
  ['auth', 'ECONNRESET'],
  ['dns', 'ENOTFOUND'],
  ['tcp', 'ECONNREFUSED'],
  ['tcp', 'ETIMEDOUT'],
  ['tls', 'CERT_HAS_EXPIRED'],
  ['http', '404'],
  ['http', 'BAD_REPLY'],
  ['shell', '0x80070005'],
  ['shell', '0x803381AC'],
  ['collector', 'NOISE'],
  ['timeout', 'LIMIT'],
])('%s %s is tried once: time cures nothing of it', async (...how) => {
  const { look, tries } = await tried({ looks: [failed(...how), FINE] });
  expect({ look, tries }).toEqual({ look: failed(...how), tries: 1 });
});

test('a password that is in doubt is not sent again', async () => {
  const { tries } = await tried({ looks: [failed('http', 'ECONNRESET')], isRepeatable: false });
  expect(tries).toBe(1);
});

test('a wait that the limit of the host does not leave time for is not begun', async () => {
  using limit = new HostLimit(800);
  const { tries, waits } = await tried({ looks: [failed('http', '503')], limit });
  expect({ tries, waits }).toEqual({ tries: 1, waits: [] });
});

test('a stop ends the wait with its reason', async () => {
  const wait = (): Promise<never> => Promise.reject(new Error('interrupted'));
  await expect(tried({ looks: [failed('http', '503')], wait })).rejects.toThrow('interrupted');
});
