import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Names } from '../../src/transports/names.ts';
import { dnsServer } from '../support/dns.ts';

describe('a name look-up', () => {
  test.each(['127.0.0.9', '::1'])('leaves the address %s alone', async (address) => {
    expect(await new Names({ servers: ['127.0.0.1:9'] }).find(address)).toEqual([address]);
  });

  test('finds a name, and asks once for all hosts that bear it', async () => {
    const { server, asked } = await dnsServer({ 'ws-1.test': '127.1.0.1' });
    const names = new Names({ servers: [server] });
    const found = await Promise.all(Array.from({ length: 20 }, () => names.find('ws-1.test')));
    expect(new Set(found.flat())).toEqual(new Set(['127.1.0.1']));
    expect(asked).toEqual(['ws-1.test']);
  });

  test('of a name that does not exist ends at stage dns with ENOTFOUND', async () => {
    const { server } = await dnsServer({});
    await expect(new Names({ servers: [server] }).find('gone.test')).rejects.toMatchObject({
      stage: 'dns',
      code: 'ENOTFOUND',
      message: expect.stringContaining('gone.test') as string,
    });
  });

  test('that nobody answers is EAI_AGAIN, not "no such name"', async () => {
    const { server } = await dnsServer({ 'mute.test': 'silent' });
    await expect(
      new Names({ servers: [server], limitMs: 100 }).find('mute.test'),
    ).rejects.toMatchObject({
      stage: 'dns',
      code: 'EAI_AGAIN',
    });
  });

  test('is not held up by 300 names that nobody answers', async () => {
    const dead = Array.from({ length: 300 }, (_, at) => `dead-${at}.test`);
    const { server, asked } = await dnsServer({
      'alive.test': '127.1.0.2',
      ...Object.fromEntries(dead.map((name) => [name, 'silent' as const])),
    });
    const names = new Names({ servers: [server], limitMs: 1500 });
    const order: string[] = [];
    const lost = dead.map(async (name) => {
      await names.find(name).catch(() => order.push(name));
    });
    await names.find('alive.test').then(() => order.push('alive.test'));
    expect(order).toEqual(['alive.test']);
    expect(asked).toContain('dead-0.test');
    await Promise.all(lost);
    expect(order).toHaveLength(301);
  });
});

describe('a look-up that is stopped', () => {
  const REASON = new Error('the user pressed Ctrl-C');

  test('ends at once, and names that wait for their turn are never asked for', async () => {
    const dead = Array.from({ length: 1000 }, (_, at) => `dead-${at}.test`);
    const table: Record<string, string> = { 'alive.test': '127.1.0.2' };
    for (const name of dead) table[name] = 'silent';
    const { server, asked } = await dnsServer(table);
    const names = new Names({ servers: [server], limitMs: 60_000 });
    const stop = new AbortController();
    const ends = Promise.allSettled(dead.map((name) => names.find(name, stop.signal)));
    await expect.poll(() => asked.length, { interval: 5 }).toBeGreaterThan(0);
    stop.abort(REASON);
    const stopped = (await ends).filter(
      (end) => end.status === 'rejected' && end.reason === REASON,
    );
    expect(stopped).toHaveLength(dead.length);
    expect(await names.find('alive.test')).toEqual(['127.1.0.2']);
    expect(new Set(asked).size).toBeLessThan(dead.length);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('before it begins asks nobody', async () => {
    const { server, asked } = await dnsServer({ 'ws-1.test': '127.1.0.1' });
    const names = new Names({ servers: [server] });
    await expect(names.find('ws-1.test', AbortSignal.abort(REASON))).rejects.toBe(REASON);
    expect(await names.find('ws-1.test')).toEqual(['127.1.0.1']);
    expect(asked).toEqual(['ws-1.test']);
  });

  test('goes on for others who wait for the same name', async () => {
    const table: Record<string, string> = { 'ws-1.test': 'silent' };
    const { server, asked } = await dnsServer(table);
    const names = new Names({ servers: [server], limitMs: 3000 });
    const stop = new AbortController();
    const left = names.find('ws-1.test', stop.signal);
    const stayed = names.find('ws-1.test', new AbortController().signal);
    await expect.poll(() => asked.length, { interval: 5 }).toBeGreaterThan(0);
    stop.abort(REASON);
    await expect(left).rejects.toBe(REASON);
    table['ws-1.test'] = '127.1.0.1';
    expect(await stayed).toEqual(['127.1.0.1']);
  });

  test('is asked anew for whoever comes after', async () => {
    const table: Record<string, string> = { 'ws-1.test': 'silent' };
    const { server, asked } = await dnsServer(table);
    const names = new Names({ servers: [server], limitMs: 3000 });
    const stop = new AbortController();
    const left = names.find('ws-1.test', stop.signal);
    await expect.poll(() => asked.length, { interval: 5 }).toBeGreaterThan(0);
    table['ws-1.test'] = '127.1.0.1';
    stop.abort(REASON);
    const next = names.find('ws-1.test');
    await expect(left).rejects.toBe(REASON);
    expect(await next).toEqual(['127.1.0.1']);
  });
});

describe('the limit of a look-up', () => {
  test('covers all servers together', async () => {
    const mute = await Promise.all(
      Array.from({ length: 4 }, () => dnsServer({ 'mute.test': 'silent' })),
    );
    const order: string[] = [];
    const lookUp = async (limitMs: number, servers: readonly string[]): Promise<void> => {
      await new Names({ servers, limitMs }).find('mute.test').catch(() => undefined);
      order.push(`${limitMs} ms`);
    };
    const servers = mute.map(({ server }) => server);
    await Promise.all([lookUp(900, servers.slice(0, 1)), lookUp(300, servers)]);
    expect(order).toEqual(['300 ms', '900 ms']);
  });

  test('covers the system too; when that does not answer, what DNS said stands', async () => {
    const { server } = await dnsServer({});
    const system = (): Promise<never> => new Promise(() => undefined);
    const names = new Names({ servers: [server], limitMs: 200, system });
    const lost = Array.from({ length: 5 }, (_, at) => names.find(`gone-${at}`));
    for (const end of await Promise.allSettled(lost)) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'ENOTFOUND' } });
    }
  });
});

test('a name that only the system knows is found there', async () => {
  const { server } = await dnsServer({});
  const system = (name: string): Promise<string[]> =>
    Promise.resolve(name === 'nas' ? ['127.1.0.3'] : []);
  const names = new Names({ servers: [server], system });
  expect(await names.find('nas')).toEqual(['127.1.0.3']);
  await expect(names.find('gone')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('a name that nobody answered for is asked again the next time', async () => {
  const table: Record<string, string> = { 'ws-1.test': 'silent' };
  const { server } = await dnsServer(table);
  const names = new Names({ servers: [server], limitMs: 300 });
  await expect(names.find('ws-1.test')).rejects.toMatchObject({ code: 'EAI_AGAIN' });
  table['ws-1.test'] = '127.1.0.1';
  expect(await names.find('ws-1.test')).toEqual(['127.1.0.1']);
});

test('a name in other letters is asked for as DNS spells it', async () => {
  const { server, asked } = await dnsServer({ 'xn--01-2h4aqevjb.test': '127.1.0.4' });
  expect(await new Names({ servers: [server] }).find('サーバー01.test')).toEqual(['127.1.0.4']);
  expect(asked).toEqual(['xn--01-2h4aqevjb.test']);
});

test('a name that DNS cannot spell is not asked for as another one', async () => {
  const { server, asked } = await dnsServer({ 'xn--bro-hoa': '127.1.0.4' });
  await expect(new Names({ servers: [server] }).find('büro/1')).rejects.toMatchObject({
    code: 'ENOTFOUND',
  });
  expect(asked).toEqual([]);
});
