import { dialDirect } from '../../../src/transports/dial.ts';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { createWinrm } from '../../../src/transports/winrm/winrm.ts';
import { fakeHost, fault, received, refuse, soap, type FakeHost } from './fake-host.ts';
import { vectors } from './fixtures.ts';
import { runScript } from './run-script.ts';

const COLD = ['negotiate', 'authenticate', 'create', 'command', 'receive', 'delete'];

describe('a host in good order', () => {
  test('costs one connection and six round trips, the last in the background', async () => {
    const host = await fakeHost();
    const ran = await runScript(host);
    expect(ran).toMatchObject({ stdout: 'hello', exits: [0], admitted: 1 });
    expect(host.legs).toEqual(COLD);
    expect(host.connections()).toBe(1);
    expect(ran.stages).toEqual(['tcp', 'http', 'auth', 'shell', 'collector']);
  });

  test('gives its result without waiting for the shell to end', async () => {
    const host = await fakeHost(({ leg }) => (leg === 'delete' ? 'taken' : undefined));
    const seen: string[] = [];
    await using session = await createWinrm().open(
      { name: host.address, dial: dialDirect([host.address]) },
      { tls: 'never', auth: ['negotiate'], port: host.port },
      { kind: 'password', user: String.raw`Domain\User`, password: new Secret('Password') },
      {
        limits: { connectMs: 5000, collectMs: 5000 },
        signal: new AbortController().signal,
        onStage: () => undefined,
        onCommand: () => undefined,
        admit: () => Promise.resolve(),
      },
    );
    for await (const chunk of session.run(
      { kind: 'powershell', script: '1' },
      new AbortController().signal,
    ))
      seen.push(chunk.kind);
    expect(seen).toEqual(['stdout', 'exit']);
  });

  test('is sent the script as it is, and its command line is told', async () => {
    let sent = '';
    const host = await fakeHost(({ leg, xml }) => {
      if (leg === 'create') sent = xml;
      return undefined;
    });
    const { commands } = await runScript(host, { script: 'if (1 -lt 2) { "<Prüfung>" }' });
    expect(sent).toContain(
      '<rsp:Variable Name="PATCHWHY_1">if (1 -lt 2) { &quot;&lt;Prüfung&gt;&quot; }</rsp:Variable>',
    );
    expect(commands).toEqual([
      expect.stringMatching(/^%SystemRoot%.*-EncodedCommand \S+ \(script SHA-256 [0-9a-f]{64}\)$/),
    ]);
  });

  test.each([0, 90, -7200])('whose clock is %i s off says so', async (skewSeconds) => {
    const { skew } = await runScript(await fakeHost(undefined, { skewSeconds }));
    expect(Math.abs((skew ?? NaN) - skewSeconds)).toBeLessThanOrEqual(1);
  });

  test.each([
    ['ws-1.test', 'ws-1.test'],
    ['10', '10'],
    ['サーバー01', 'xn--01-2h4aqevjb'],
    ['bücher.test', 'xn--bcher-kva.test'],
    ['büro 1', 'localhost'],
    ['büro/1', 'localhost'],
    ['::1', '[::1]'],
    ['fe80::1%eth0', '[fe80::1]'],
  ])('called %s is addressed as %s', async (name, spelt) => {
    let asked = '';
    const host = await fakeHost(({ leg, xml, response }) => {
      if (leg === 'create') asked = `${response.req.headers.host} ${xml}`;
      return undefined;
    });
    expect((await runScript(host, { name })).stdout).toBe('hello');
    const to = `${spelt}:${host.port}`;
    expect(asked.split(' ')[0]).toBe(to);
    expect(asked).toContain(`>http://${to}/wsman</`);
  });

  test('is polled again when it has nothing to say in time', async () => {
    const host = await fakeHost(({ leg, id, before }) => {
      if (leg !== 'receive') return undefined;
      if (before === 1) return { xml: received(id, 'one ', 'running') };
      return before < 4 ? fault(id, 2_150_858_793) : { xml: received(id, 'two', 'done') };
    });
    expect((await runScript(host)).stdout).toBe('one two');
    expect(host.legs.filter((leg) => leg === 'receive')).toHaveLength(5);
  });

  test('that refuses the code page is asked without it', async () => {
    const creates: string[] = [];
    const host = await fakeHost(({ leg, id, xml, before }) => {
      if (leg === 'create') creates.push(xml);
      return leg === 'create' && before === 0 ? fault(id, 2_150_859_072) : undefined;
    });
    expect((await runScript(host)).stdout).toBe('hello');
    expect(creates.map((xml) => xml.includes('WINRS_CODEPAGE'))).toEqual([true, false]);
  });

  test.each([
    ['lost its shell', 2_150_858_843],
    ['counts left-over operations', 2_150_859_174],
  ])('that %s gets one more', async (_, code) => {
    const host = await fakeHost(({ leg, id, before }) =>
      leg === 'command' && before === 0 ? fault(id, code) : undefined,
    );
    expect((await runScript(host)).stdout).toBe('hello');
    expect(host.legs.filter((leg) => leg === 'create')).toHaveLength(2);
  });

  test('that loses the second shell too has failed', async () => {
    const host = await fakeHost(({ leg, id }) =>
      leg === 'command' ? fault(id, 2_150_858_843) : undefined,
    );
    await expect(runScript(host)).rejects.toMatchObject({ stage: 'shell', code: '0x8033805B' });
    expect(host.legs.filter((leg) => leg === 'create')).toHaveLength(2);
  });

  test('that loses its shell after it spoke is not asked to say it all again', async () => {
    const host = await fakeHost(({ leg, id, before }) => {
      if (leg !== 'receive') return undefined;
      return before === 0 ? { xml: received(id, 'half', 'running') } : fault(id, 2_150_858_843);
    });
    await expect(runScript(host)).rejects.toMatchObject({ stage: 'shell', code: '0x8033805B' });
    expect(host.legs.filter((leg) => leg === 'create')).toHaveLength(1);
  });
});

describe('signing in', () => {
  test('a refused password is tried once, and the reader learns what the host offers', async () => {
    const host = await fakeHost();
    await expect(runScript(host, { password: 'wrong' })).rejects.toMatchObject({
      stage: 'auth',
      code: '401',
      message: expect.stringContaining(String.raw`refused Domain\User`) as string,
    });
    expect(host.legs).toEqual(['negotiate', 'authenticate']);
  });

  test('a refusal by a host whose clock is off is blamed on the clock', async () => {
    const host = await fakeHost(undefined, { skewSeconds: -1200 });
    await expect(runScript(host, { password: 'wrong' })).rejects.toMatchObject({
      stage: 'auth',
      code: '0x80090324',
      message: expect.stringContaining('20 min behind') as string,
    });
  });

  test('no credential leaves before it is admitted, and what holds it back comes through', async () => {
    const heldBack = new Error('held back');
    const host = await fakeHost();
    await expect(runScript(host, { admit: () => Promise.reject(heldBack) })).rejects.toBe(heldBack);
    expect(host.legs).toEqual(['negotiate']);
    await expect.poll(() => host.open()).toBe(0);
  });

  test('waiting to be admitted counts against no limit', async () => {
    const host = await fakeHost();
    const limits = { connectMs: 400, collectMs: 5000 };
    const admit = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 900));
    expect((await runScript(host, { limits, admit })).stdout).toBe('hello');
  });

  test('a host that offers only Basic never sees the password', async () => {
    const host = await fakeHost(({ response }) => {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="WSMAN"' }).end();
      return 'taken';
    });
    await expect(runScript(host)).rejects.toMatchObject({
      stage: 'auth',
      code: '401',
      message: expect.stringContaining('Basic') as string,
    });
    expect(host.legs).toEqual(['negotiate']);
  });

  test('a log-on that no scheme can use makes no contact at all', async () => {
    const opening = createWinrm().open(
      { name: 'x', dial: dialDirect(['127.0.0.1']) },
      { tls: 'never', auth: ['basic'], port: 1 },
      { kind: 'ticket', user: 'anna@ACME.TEST' },
      {
        limits: { connectMs: 1000, collectMs: 1000 },
        signal: new AbortController().signal,
        onStage: () => undefined,
        onCommand: () => undefined,
        admit: () => Promise.resolve(),
      },
    );
    await expect(opening).rejects.toMatchObject({ stage: 'auth', code: 'AUTH_UNAVAILABLE' });
  });
});

/** Resolves when the host has closed all its connections. */
async function isLeftBy(host: FakeHost): Promise<void> {
  await expect.poll(() => host.open()).toBe(0);
}

describe('a connection that ends', () => {
  test('before a byte came is tried once more, since no credential was used', async () => {
    const host = await fakeHost(({ leg, before, socket }) => {
      if (leg !== 'negotiate' || before > 0) return undefined;
      socket.resetAndDestroy();
      return 'taken';
    });
    expect((await runScript(host)).stdout).toBe('hello');
    expect(host.connections()).toBe(2);
  });

  test('before a byte came, twice, is a slammed door', async () => {
    const host = await fakeHost(({ socket }) => {
      socket.resetAndDestroy();
      return 'taken';
    });
    await expect(runScript(host)).rejects.toMatchObject({ stage: 'tcp', code: 'ECONNRESET' });
    expect(host.connections()).toBe(2);
  });

  test('while the credential waits to be admitted is made anew, with a fresh challenge', async () => {
    const host = await fakeHost(({ leg, before, response }) => {
      if (leg === 'negotiate' && before === 0) response.shouldKeepAlive = false;
      return undefined;
    });
    const ran = await runScript(host, { admit: () => isLeftBy(host) });
    expect(ran).toMatchObject({ stdout: 'hello', admitted: 1 });
    expect(host.legs).toEqual(['negotiate', ...COLD]);
  });

  test('after each challenge is a failure, and the password is not sent', async () => {
    const host = await fakeHost(({ leg, response }) => {
      if (leg === 'negotiate') response.shouldKeepAlive = false;
      return undefined;
    });
    await expect(runScript(host, { admit: () => isLeftBy(host) })).rejects.toMatchObject({
      stage: 'http',
    });
    expect(host.legs).toEqual(['negotiate', 'negotiate']);
  });

  test('while the password is judged is not tried again', async () => {
    const host = await fakeHost(({ leg, socket }) => {
      if (leg !== 'authenticate') return undefined;
      socket.resetAndDestroy();
      return 'taken';
    });
    await expect(runScript(host)).rejects.toMatchObject({ stage: 'http', code: 'ECONNRESET' });
    expect(host.legs).toEqual(['negotiate', 'authenticate']);
  });

  test.each(['create', 'command', 'receive'] as const)(
    'cleanly after the reply to %s is made anew',
    async (closing) => {
      const host = await fakeHost(({ leg, before, response }) => {
        if (leg === closing && before === 0) response.shouldKeepAlive = false;
        return undefined;
      });
      const ran = await runScript(host);
      expect(ran).toMatchObject({ stdout: 'hello', exits: [0], admitted: 1 });
      expect(host.connections()).toBe(2);
      expect(host.legs.at(-1)).toBe('delete');
    },
  );

  test('while a poll waits is made anew, and the same shell is polled on', async () => {
    const host = await fakeHost(({ leg, before, socket }) => {
      if (leg !== 'receive' || before > 0) return undefined;
      socket.resetAndDestroy();
      return 'taken';
    });
    expect((await runScript(host)).stdout).toBe('hello');
    expect(host.legs).toEqual([
      ...COLD.slice(0, 5),
      'negotiate',
      'authenticate',
      'receive',
      'delete',
    ]);
  });

  test('again and again while a poll waits is a failure', async () => {
    const host = await fakeHost(({ leg, socket }) => {
      if (leg !== 'receive') return undefined;
      socket.resetAndDestroy();
      return 'taken';
    });
    await expect(runScript(host)).rejects.toMatchObject({ stage: 'http', code: 'ECONNRESET' });
    expect(host.legs.filter((leg) => leg === 'receive')).toHaveLength(2);
    expect(host.legs.at(-1)).toBe('delete');
  });

  test('in the middle of a reply is cut off: what was in it is gone', async () => {
    const host = await fakeHost(({ leg, socket }) => {
      if (leg !== 'receive') return undefined;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf');
      return 'taken';
    });
    await expect(runScript(host)).rejects.toMatchObject({ stage: 'http', code: 'CUT_OFF' });
    expect(host.legs.filter((leg) => leg === 'receive')).toHaveLength(1);
  });

  test('while a shell is made is not tried again: it may have been made', async () => {
    const host = await fakeHost(({ leg, socket }) => {
      if (leg !== 'create') return undefined;
      socket.resetAndDestroy();
      return 'taken';
    });
    await expect(runScript(host)).rejects.toMatchObject({ stage: 'http', code: 'ECONNRESET' });
    expect(host.legs.filter((leg) => leg === 'create')).toHaveLength(1);
  });

  test('while a command is taken is made anew; a host that knows the id is not told twice', async () => {
    const host = await fakeHost(({ leg, id, before, socket }) => {
      if (leg !== 'command') return undefined;
      if (before > 0) return fault(id, 2_147_942_583);
      socket.resetAndDestroy();
      return 'taken';
    });
    expect((await runScript(host)).stdout).toBe('hello');
  });

  test('by the host forgetting who we are is made anew, whatever was asked', async () => {
    const host = await fakeHost(({ leg, before, response }) => {
      if (leg !== 'create' || before > 0) return undefined;
      refuse(response);
      return 'taken';
    });
    expect((await runScript(host)).stdout).toBe('hello');
    expect(host.connections()).toBe(2);
  });
});

test('a reply to another request is not ours', async () => {
  const host = await fakeHost(({ leg }) =>
    leg === 'receive' ? { xml: soap('uuid:OTHER', '') } : undefined,
  );
  await expect(runScript(host)).rejects.toMatchObject({ stage: 'http', code: 'BAD_REPLY' });
});

test('no error, however deep, holds the password or its hash', async () => {
  const errors: unknown[] = [
    await runScript(await fakeHost(), { password: 'Pl4nted' }).catch(String),
  ];
  for (const ending of ['negotiate', 'authenticate', 'create', 'command', 'receive'] as const) {
    const host = await fakeHost(({ leg, socket }) => {
      if (leg !== ending) return undefined;
      socket.resetAndDestroy();
      return 'taken';
    });
    errors.push(await runScript(host).catch((error: unknown) => error));
  }
  const text = inspect(errors, { depth: 10, showHidden: true });
  expect(text.match(/ContactError: /g)?.length).toBeGreaterThanOrEqual(6);
  const { password } = vectors.inputs;
  for (const secret of ['Pl4nted', password, vectors.ntlmv2.ntowfv2, vectors.ntlmv2.ntowfv1]) {
    expect(text).not.toContain(secret);
  }
});
