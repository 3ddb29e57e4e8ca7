import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { created, fakeHost, received, soap, type Leg } from './fake-host.ts';
import { runScript } from './run-script.ts';

const REASON = new Error('the user pressed Ctrl-C');

/** A host that never answers this leg, the first time it comes, and tells when it came. */
function hanging(at: Leg, onHang: () => void = () => undefined): ReturnType<typeof fakeHost> {
  return fakeHost(({ leg, before, socket }) => {
    if (leg !== at || before > 0) return undefined;
    onHang();
    // A shell that may yet open is waited for in the background.
    if (leg === 'create') setTimeout(() => socket.destroy(), 600);
    return 'taken';
  });
}

describe('a run that is stopped', () => {
  test.each(['tcp', 'http', 'auth', 'shell', 'collector'] as const)(
    'as %s begins ends at once, with the reason it was given',
    async (stage) => {
      const stop = new AbortController();
      const host = await fakeHost();
      const onStage = (begun: string): void => {
        if (begun === stage) stop.abort(REASON);
      };
      await expect(runScript(host, { signal: stop.signal, onStage })).rejects.toBe(REASON);
      await expect.poll(() => host.open()).toBe(0);
      expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    },
  );

  test.each(['negotiate', 'authenticate', 'command', 'receive'] as const)(
    'while %s is unanswered ends at once',
    async (leg) => {
      const stop = new AbortController();
      const host = await hanging(leg, () => stop.abort(REASON));
      await expect(runScript(host, { signal: stop.signal })).rejects.toBe(REASON);
      await expect.poll(() => host.open()).toBe(0);
    },
  );

  test('before it begins makes no contact', async () => {
    const host = await fakeHost();
    await expect(runScript(host, { signal: AbortSignal.abort(REASON) })).rejects.toBe(REASON);
    expect(host.connections()).toBe(0);
  });

  test('during a poll leaves no shell open on the host', async () => {
    const stop = new AbortController();
    const host = await hanging('receive', () => stop.abort(REASON));
    await expect(runScript(host, { signal: stop.signal })).rejects.toBe(REASON);
    expect(host.legs.slice(-3)).toEqual(['negotiate', 'authenticate', 'delete']);
  });

  test('while a shell is being made waits in the background to end it', async () => {
    const stop = new AbortController();
    const host = await fakeHost(async ({ leg, id }) => {
      if (leg !== 'create') return undefined;
      stop.abort(REASON);
      await new Promise((resolve) => setImmediate(resolve));
      return { xml: soap(id, created()) };
    });
    await expect(runScript(host, { signal: stop.signal })).rejects.toBe(REASON);
    expect(host.legs).toEqual(['negotiate', 'authenticate', 'create', 'delete']);
  });

  test('between two pieces of output stops there and ends the shell', async () => {
    const stop = new AbortController();
    const host = await fakeHost(({ leg, id }) =>
      leg === 'receive' ? { xml: received(id, 'more', 'running') } : undefined,
    );
    const onOutput = (): void => stop.abort(REASON);
    await expect(runScript(host, { signal: stop.signal, onOutput })).rejects.toBe(REASON);
    expect(host.legs.at(-1)).toBe('delete');
  });

  test('by a reader who has seen enough ends the shell too', async () => {
    const host = await fakeHost(({ leg, id }) =>
      leg === 'receive' ? { xml: received(id, 'more', 'running') } : undefined,
    );
    const enough = new Error('enough');
    const onOutput = (): void => {
      throw enough;
    };
    await expect(runScript(host, { onOutput })).rejects.toBe(enough);
    expect(host.legs.at(-1)).toBe('delete');
    await expect.poll(() => host.open()).toBe(0);
  });

  test('one that ends well leaves no listener behind', async () => {
    const { signal } = new AbortController();
    await runScript(await fakeHost(), { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a limit', () => {
  const limits = { connectMs: 300, collectMs: 300 };

  test.each([
    ['negotiate', 'http'],
    ['authenticate', 'auth'],
    ['create', 'shell'],
    ['command', 'collector'],
    ['receive', 'collector'],
  ] as const)('that runs out while %s is unanswered names the step: %s', async (leg, during) => {
    const host = await hanging(leg);
    await expect(runScript(host, { limits })).rejects.toMatchObject({
      stage: 'timeout',
      code: 'LIMIT',
      during,
      message: expect.stringContaining('0.3 s') as string,
    });
    await expect.poll(() => host.open()).toBe(0);
  });

  test('on the collector covers all its polls together, and its shell is ended', async () => {
    const host = await fakeHost(({ leg, id }) =>
      leg === 'receive' ? { xml: received(id, '', 'running') } : undefined,
    );
    await expect(runScript(host, { limits })).rejects.toMatchObject({
      code: 'LIMIT',
      during: 'collector',
    });
    expect(host.legs.at(-1)).toBe('delete');
    // Each empty answer is followed by a pause: no busy loop.
    expect(host.legs.filter((leg) => leg === 'receive').length).toBeLessThan(6);
  });
});
