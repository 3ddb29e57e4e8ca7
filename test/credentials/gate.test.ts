import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CredentialGate, CredentialHeldBack } from '../../src/credentials/gate.ts';

const never = new AbortController().signal;
/** Promises settle in microtasks, so all that can happen has happened when a macrotask runs. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Attempt {
  state: 'waiting' | 'in' | 'out';
  reason?: unknown;
}

/** What became of an attempt to enter. */
function enter(gate: CredentialGate, signal = never): Attempt {
  const attempt: Attempt = { state: 'waiting' };
  const follow = async (): Promise<void> => {
    try {
      await gate.admit(signal);
      attempt.state = 'in';
    } catch (error) {
      attempt.state = 'out';
      attempt.reason = error;
    }
  };
  void follow();
  return attempt;
}

describe('a credential that nobody has accepted', () => {
  test('is tried by three hosts at once, the others wait', async () => {
    const gate = new CredentialGate('domain');
    const attempts = Array.from({ length: 5 }, () => enter(gate));
    await settled();
    expect(attempts.map(({ state }) => state)).toEqual(['in', 'in', 'in', 'waiting', 'waiting']);
    gate.abandoned();
    await settled();
    expect(attempts.map(({ state }) => state)).toEqual(['in', 'in', 'in', 'in', 'waiting']);
  });

  test('is free for all once a host accepts it', async () => {
    const gate = new CredentialGate('domain');
    const attempts = Array.from({ length: 50 }, () => enter(gate));
    await settled();
    gate.accepted();
    await settled();
    expect(attempts.every(({ state }) => state === 'in')).toBe(true);
  });

  test('is held back after three refusals, and says by whom', async () => {
    const gate = new CredentialGate('domain');
    const attempts = Array.from({ length: 5 }, () => enter(gate));
    await settled();
    gate.refused('ws-1');
    gate.refused('ws-2');
    await settled();
    expect(attempts.map(({ state }) => state)).toEqual(['in', 'in', 'in', 'waiting', 'waiting']);
    gate.refused('ws-3');
    await settled();
    expect(attempts.map(({ state }) => state)).toEqual(['in', 'in', 'in', 'out', 'out']);
    const late = enter(gate);
    await settled();
    expect(late.reason).toBeInstanceOf(CredentialHeldBack);
    expect(late.reason).toMatchObject({
      credential: 'domain',
      refusedBy: ['ws-1', 'ws-2', 'ws-3'],
      message:
        'credential "domain" is held back, so that its account is not locked: ws-1, ws-2, ws-3 refused it',
    });
  });
});

describe('a credential that works', () => {
  test('survives refusals that are not in a row', async () => {
    const gate = new CredentialGate('domain');
    for (let round = 0; round < 5; round += 1) {
      for (const report of ['refused', 'refused', 'accepted'] as const) {
        const attempt = enter(gate);
        await settled();
        expect(attempt.state).toBe('in');
        gate[report](`ws-${round}`);
      }
    }
  });

  test('is held back all the same when three in a row refuse it: it may have been changed', async () => {
    const gate = new CredentialGate('domain');
    for (const report of ['accepted', 'refused', 'refused', 'refused'] as const) {
      await gate.admit(never);
      gate[report]('x');
    }
    await expect(gate.admit(never)).rejects.toBeInstanceOf(CredentialHeldBack);
  });
});

describe('a host that stops waiting', () => {
  test('leaves with the reason of its signal and takes no place', async () => {
    const gate = new CredentialGate('domain');
    const inside = [enter(gate), enter(gate), enter(gate)];
    const controller = new AbortController();
    const leaving = enter(gate, controller.signal);
    const staying = enter(gate);
    await settled();
    controller.abort(new Error('stop'));
    await settled();
    expect(leaving).toMatchObject({ state: 'out', reason: new Error('stop') });
    gate.abandoned();
    await settled();
    expect([...inside, staying].map(({ state }) => state)).toEqual(['in', 'in', 'in', 'in']);
  });

  test('is not let in at all when its signal came first', async () => {
    const attempt = enter(new CredentialGate('domain'), AbortSignal.abort(new Error('stop')));
    await settled();
    expect(attempt).toMatchObject({ state: 'out', reason: new Error('stop') });
  });
});

type Step = 'enter' | 'accept' | 'refuse' | 'abandon' | 'leave';

describe('in any order of events', () => {
  const steps = (...kinds: readonly Step[]): fc.Arbitrary<Step[]> =>
    fc.array(fc.constantFrom(...kinds), { maxLength: 60, size: 'max' });

  async function play(script: readonly Step[], check: (facts: Facts) => void): Promise<void> {
    const gate = new CredentialGate('c');
    const attempts: (Attempt & { left: boolean; controller: AbortController })[] = [];
    const facts: Facts = {
      tried: 0,
      inFlight: 0,
      waiting: 0,
      refusals: 0,
      inARow: 0,
      accepted: 0,
      heldBack: false,
    };
    for (const step of script) {
      const inside = attempts.find(({ state, left }) => state === 'in' && !left);
      if (step === 'enter') {
        const controller = new AbortController();
        attempts.push(Object.assign(enter(gate, controller.signal), { left: false, controller }));
      } else if (step === 'leave') {
        attempts.find(({ state }) => state === 'waiting')?.controller.abort(new Error('left'));
      } else if (inside !== undefined) {
        inside.left = true;
        if (step === 'accept') gate.accepted();
        else if (step === 'abandon') gate.abandoned();
        else gate.refused('h');
        facts.accepted += step === 'accept' ? 1 : 0;
        facts.refusals += step === 'refuse' ? 1 : 0;
        facts.inARow = step === 'accept' ? 0 : facts.inARow + (step === 'refuse' ? 1 : 0);
        facts.heldBack ||= facts.inARow >= 3;
      }
      await settled();
      facts.tried = attempts.filter(({ state }) => state === 'in').length;
      facts.inFlight = attempts.filter(({ state, left }) => state === 'in' && !left).length;
      facts.waiting = attempts.filter(({ state }) => state === 'waiting').length;
      check(facts);
    }
  }

  interface Facts {
    tried: number;
    inFlight: number;
    waiting: number;
    refusals: number;
    inARow: number;
    accepted: number;
    heldBack: boolean;
  }

  test('a wrong password is refused three times at most', async () => {
    await fc.assert(
      fc.asyncProperty(steps('enter', 'refuse', 'abandon', 'leave'), (script) =>
        play(script, ({ refusals, inFlight }) => {
          expect(refusals + inFlight).toBeLessThanOrEqual(3);
        }),
      ),
    );
  });

  test('nobody waits without need, and nobody waits at a credential that is held back', async () => {
    await fc.assert(
      fc.asyncProperty(steps('enter', 'enter', 'accept', 'refuse', 'abandon', 'leave'), (script) =>
        play(script, ({ waiting, inFlight, inARow, accepted, heldBack }) => {
          const isFree = accepted > 0 && inARow === 0;
          const mayWait = !heldBack && !isFree && inFlight + inARow >= 3;
          expect(waiting > 0 && !mayWait).toBe(false);
        }),
      ),
    );
  });
});
