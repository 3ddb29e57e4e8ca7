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
