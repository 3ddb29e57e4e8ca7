import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fakeHost, type Leg } from './fake-host.ts';
import { fixture } from './fixtures.ts';
import { runScript } from './run-script.ts';

interface Message {
  readonly request: string;
  readonly response: string;
  readonly transport_error?: unknown;
}

/** Answers each leg with what a real Windows said to it, in order, sealed. */
async function recordedHost(name: string): Promise<Awaited<ReturnType<typeof fakeHost>>> {
  const { messages } = parse(fixture(`pypsrp/${name}.yml`).toString('utf8')) as {
    messages: Message[];
  };
  const left = [...messages];
  const next = (leg: Leg): Message | undefined => {
    const at = left.findIndex(({ request }) => actionOf(request) === leg);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  return fakeHost(({ leg, id }) => {
    const message = next(leg);
    if (message === undefined) return undefined;
    const xml = message.response.replace(/RelatesTo>[^<]*</, `RelatesTo>${id}<`);
    return { xml, status: message.transport_error === undefined ? 200 : 500 };
  });
}

function actionOf(request: string): string | undefined {
  return /<wsa:Action[^>]*>[^<]*\/(\w+)</.exec(request)?.[1]?.toLowerCase();
}

test.each([
  ['test_winrs_standard', { stdout: 'hi\r\n', stderr: '', exits: [0] }],
  ['test_winrs_stderr_rc', { stdout: 'out \r\n', stderr: 'err \r\n', exits: [1] }],
  ['test_winrs_operation_timeout', { stdout: 'hi\nhi again\n', stderr: '', exits: [0] }],
  [
    'test_winrs_environment',
    { stdout: expect.stringContaining('env1=var1\r\n') as string, stderr: '', exits: [0] },
  ],
])('the recorded exchange %s, sealed, comes out as it went in', async (name, expected) => {
  expect(await runScript(await recordedHost(name))).toMatchObject(expected);
});

test('Japanese comes byte for byte, wherever the host cuts it', async () => {
  const { stdout } = await runScript(await recordedHost('test_winrs_unicode'));
  expect(Buffer.from(stdout, 'latin1').toString('utf8')).toBe('こんにちは\n');
});

test.each([
  ['test_winrs_no_cmd_shell', { stage: 'shell', code: '0x80070002' }],
  ['test_winrs_fail_poll_process', { stage: 'shell', code: '0x80070057' }],
])('the recorded fault in %s is told by its number', async (name, expected) => {
  await expect(runScript(await recordedHost(name))).rejects.toMatchObject(expected);
});
