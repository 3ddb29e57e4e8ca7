import { expect, test } from 'vitest';
import { recordedHost } from './recorded-host.ts';
import { runScript } from './run-script.ts';

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
