/** What real clients sent to real endpoints and what these said, as recorded. */
import { describe, expect, test } from 'vitest';
import {
  createPipeline,
  INIT_RUNSPACE_POOL,
  SESSION_CAPABILITY,
} from '../../../../src/transports/winrm/psrp/client-messages.ts';
import { Defragmenter } from '../../../../src/transports/winrm/psrp/fragments.ts';
import { readMessage } from '../../../../src/transports/winrm/psrp/message.ts';
import { actionOf, recordedHost, recording } from '../recorded-host.ts';
import { runScript, type Ran } from '../run-script.ts';

/** The CLIXML of the messages in all requests of a kind. */
function sent(name: string, action: string, element: string): string[] {
  const requests = recording(name).filter(({ request }) => actionOf(request) === action);
  return requests.flatMap(({ request }) => clixmlIn(request, element));
}

function clixmlIn(xml: string, element: string): string[] {
  const [, base64 = ''] = new RegExp(`<${element}[^>]*>([^<]+)<`).exec(xml) ?? [];
  const messages = new Defragmenter().push(Buffer.from(base64, 'base64'));
  return messages.map((message) => readMessage(message).text);
}

describe('our messages are, letter for letter, those that a JEA endpoint took', () => {
  const name = 'test_psrp_with_jea_configuration';

  test('to open a pool', () => {
    expect([SESSION_CAPABILITY, INIT_RUNSPACE_POOL]).toEqual(sent(name, 'create', 'creationXml'));
  });

  test('to call a command', () => {
    const parameters = { Path: String.raw`WSMan:\localhost\Service\AllowUnencrypted` };
    const [first] = sent(name, 'command', 'rsp:Arguments');
    expect(createPipeline({ name: 'Get-Item', parameters })).toBe(first);
  });
});

const byName = (name: string, parameters = {}): Parameters<typeof runScript>[1] => ({
  endpoint: 'helpdesk',
  job: { kind: 'powershell', script: "'x'", command: { name, parameters } },
});

test('a session takes its requests to the endpoint', async () => {
  const bodies = new Map<string, string>();
  const host = await recordedHost('test_psrp_long_running_cmdlet', (leg, xml) => {
    if (leg !== 'negotiate' && leg !== 'authenticate') bodies.set(leg, xml);
  });
  const ran = await runScript(host, byName('Get-PatchEvidence', { Nonce: 'ab12cd34' }));
  expect(ran).toMatchObject({
    stdout: 'hi\r\n',
    stderr: '',
    exits: [0],
    commands: ['Get-PatchEvidence -Nonce ab12cd34 (endpoint helpdesk)'],
  });
  expect(ran.stages.slice(-2)).toEqual(['shell', 'collector']);
  expect([...bodies.keys()]).toEqual(['create', 'receive', 'command', 'delete']);
  for (const xml of bodies.values())
    expect(xml).toContain('>http://schemas.microsoft.com/powershell/helpdesk</w:ResourceURI>');
  const create = bodies.get('create') ?? '';
  expect(create).toContain('<w:Option Name="protocolversion" MustComply="true">2.3</w:Option>');
  expect(create).toContain('<rsp:InputStreams>stdin pr</rsp:InputStreams>');
  expect(clixmlIn(create, 'creationXml')).toEqual([SESSION_CAPABILITY, INIT_RUNSPACE_POOL]);
  expect(clixmlIn(bodies.get('command') ?? '', 'rsp:Arguments')).toEqual([
    createPipeline({ name: 'Get-PatchEvidence', parameters: { Nonce: 'ab12cd34' } }),
  ]);
});

test.each<[string, Partial<Ran>]>([
  [
    'test_client_execute_ps',
    {
      stdout: expect.stringMatching(/^winrm\r\nRunning\r\n\r\nStatus {3}Name/) as string,
      stderr: '',
      exits: [0],
    },
  ],
  ['test_psrp_error_failed', { stdout: 'before\r\n', exits: [1] }],
  ['test_client_execute_ps_failure', { stdout: '', exits: [1] }],
])('the recorded exchange %s comes out as it went in', async (name, expected) => {
  expect(await runScript(await recordedHost(name), byName('Get-Something'))).toMatchObject(
    expected,
  );
});

test('a command that puts out an object instead of text is told by what it calls itself', async () => {
  const { stdout, exits } = await runScript(
    await recordedHost('test_psrp_with_jea_configuration'),
    byName('Get-Item', { Path: String.raw`WSMan:\localhost` }),
  );
  expect(stdout).toBe('Microsoft.WSMan.Management.WSManConfigLeafElement\r\n');
  expect(exits).toEqual([0]);
});

test('an error is told with its ids', async () => {
  const { stderr } = await runScript(
    await recordedHost('test_psrp_error_failed'),
    byName('Get-Something'),
  );
  expect(stderr).toBe('error (Microsoft.PowerShell.Commands.WriteErrorException)\r\n');
});

test('output of 30 kB in several messages comes whole', async () => {
  const { stdout } = await runScript(
    await recordedHost('test_psrp_small_msg_size'),
    byName('Get-Something'),
  );
  const lines = stdout.split('\r\n');
  expect(lines.map(({ length }) => length)).toEqual([5, 20_000, 10_000, 0]);
});

test('a shell that is lost before it said anything is opened once more', async () => {
  const host = await recordedHost('test_psrp_receive_failure');
  await runScript(host, byName('Get-Something')).catch(() => undefined);
  expect(host.legs.filter((leg) => leg === 'create')).toHaveLength(2);
});
