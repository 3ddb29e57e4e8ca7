/** Every code that a host can send, as raw bytes, to what the reader is told: stage, code and what to do. */
import { describe, expect, test } from 'vitest';
import { ContactError } from '../../../src/core/contact.ts';
import { Secret } from '../../../src/core/secret.ts';
import { tcpProblem } from '../../../src/transports/dial.ts';
import { NS } from '../../../src/transports/winrm/envelope.ts';
import { tlsProblem } from '../../../src/transports/winrm/tls-trust.ts';
import { createWinrm } from '../../../src/transports/winrm/winrm.ts';
import { ACCOUNT, fakeHost, soap, type Answer, type FakeHost, type Leg } from './fake-host.ts';
import { LIMITS, runScript } from './run-script.ts';

/** What fits on two lines of a terminal. */
const MOST_CHARACTERS = 220;

async function problemOf(work: Promise<unknown>): Promise<ContactError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ContactError)) throw new Error('no contact problem', { cause: error });
  expect(error.message.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  expect(error.message).not.toMatch(/\p{Cc}/u);
  return error;
}

function answering(at: Leg, answer: (id: string) => Answer): Promise<FakeHost> {
  return fakeHost(({ leg, id }) => (leg === at ? answer(id) : undefined));
}

describe('a port that cannot be reached', () => {
  test.each([
    ['ECONNREFUSED', /winrm quickconfig/],
    ['ETIMEDOUT', /WINRM-HTTP-In/],
    ['EHOSTUNREACH', /no route to the host/],
    ['ENETUNREACH', /VPN/],
    ['ECONNRESET', /closes the door/],
    ['EADDRNOTAVAIL', /cannot connect/],
  ])('%s', async (code, message) => {
    const opening = createWinrm().open(
      { name: 'ws-1', dial: (port) => Promise.reject(tcpProblem(code, port)) },
      { tls: 'never', auth: ['negotiate'], port: 'auto' },
      { kind: 'password', user: ACCOUNT, password: new Secret('p') },
      {
        limits: LIMITS,
        signal: new AbortController().signal,
        onStage: () => undefined,
        onCommand: () => undefined,
        admit: () => Promise.resolve(),
      },
    );
    const problem = await problemOf(opening);
    expect(problem).toMatchObject({ stage: 'tcp', code });
    expect(problem.message).toMatch(message);
  });
});

describe('a certificate', () => {
  test.each([
    ['CERT_HAS_EXPIRED', /renew/],
    ['CERT_NOT_YET_VALID', /clocks/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /"ca"/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /"ca"/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /"ca"/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /server_name/],
    ['EPROTO', /5986 is HTTPS/],
  ])('%s', (code, message) => {
    const problem = tlsProblem(Object.assign(new Error(code), { code }), undefined);
    expect(problem).toMatchObject({ stage: 'tls', code });
    expect(problem.message).toMatch(message);
  });
});

describe('an HTTP status without SOAP', () => {
  test.each<[number, string, RegExp]>([
    [200, 'NOT_WSMAN', /no WinRM service/],
    [301, '301', /redirected/],
    [400, '400', /fewer groups.*MaxRequestBytes/],
    [403, '403', /proxy/],
    [404, '404', /URLPrefix/],
    [405, '405', /not WinRM/],
    [407, '407', /proxy/],
    [411, '411', /rewrites HTTP/],
    [413, '413', /MaxEnvelopeSizekb/],
    [415, '415', /not WinRM/],
    [500, '500', /WinRM\/Operational/],
    [502, '502', /proxy/],
    [503, '503', /start WinRM/],
    [504, '504', /proxy/],
  ])('%i', async (status, code, message) => {
    const host = await fakeHost(({ leg, response }) => {
      if (leg !== 'negotiate') return undefined;
      response.writeHead(status).end();
      return 'taken';
    });
    const problem = await problemOf(runScript(host));
    expect(problem).toMatchObject({ stage: 'http', code });
    expect(problem.message).toMatch(message);
    expect(host.legs).toEqual(['negotiate']);
  });

  test.each<[Leg, number, string, string]>([
    ['authenticate', 503, 'http', '503'],
    ['create', 413, 'http', '413'],
    ['create', 500, 'http', '500'],
    ['create', 503, 'http', '503'],
    ['command', 403, 'http', '403'],
    ['receive', 502, 'http', '502'],
    // A host that has forgotten us twice.
    ['create', 401, 'auth', '401'],
    ['receive', 400, 'http', '400'],
  ])('after %s: %i is stage %s, code %s', async (at, status, stage, code) => {
    const host = await fakeHost(({ leg, response }) => {
      if (leg !== at) return undefined;
      response.writeHead(status).end();
      return 'taken';
    });
    expect(await problemOf(runScript(host))).toMatchObject({ stage, code });
    expect(host.legs.filter((leg) => leg === 'authenticate').length).toBeLessThanOrEqual(3);
  });
});

const wsman = (code: number): string =>
  `<f:WSManFault xmlns:f="${NS.fault}" Code="${code}"><f:Message>Nachricht</f:Message></f:WSManFault>`;
/** How a number can lie in a fault: section 1.2 of MS-WSMV, and recordings of quota faults. */
const SHAPES: Readonly<Record<string, (code: number) => string>> = {
  'as the code of the fault': wsman,
  'inside the fault of a provider': (code) =>
    `<f:WSManFault xmlns:f="${NS.fault}" Code="0"><f:Message><f:ProviderFault>${wsman(code)}</f:ProviderFault></f:Message></f:WSManFault>`,
  'as a WMI error': (code) =>
    `<m:MSFT_WmiError xmlns:m="${NS.wmiError}"><m:MessageID>HRESULT 0x${code.toString(16)}</m:MessageID><m:error_Code>${code}</m:error_Code></m:MSFT_WmiError>`,
};

function faultOf(id: string, detail: string): Answer {
  return { status: 500, xml: soap(id, `<s:Fault><s:Detail>${detail}</s:Detail></s:Fault>`) };
}

describe('a fault when the shell is to open', () => {
  test.each<[number, string, RegExp]>([
    [5, '0x80070005', /^Domain\\User signed in.*Remote Management Users/],
    [0x80_07_00_05, '0x80070005', /Remote Management Users/],
    [0x80_33_81_04, '0x80338104', /Remote Management Users/],
    [0x80_33_81_05, '0x80338105', /Remote Management Users/],
    [0x80_33_81_06, '0x80338106', /Remote Management Users/],
    [0x80_33_81_ac, '0x803381AC', /AllowRemoteShellAccess/],
    [0x80_33_81_dd, '0x803381DD', /Disable-PSRemoting/],
    [0x80_33_81_e3, '0x803381E3', /Disable-PSRemoting/],
    [0x80_33_81_a5, '0x803381A5', /MaxShellsPerUser/],
    [0x80_33_81_e4, '0x803381E4', /MaxShellsPerUser/],
    [0x80_33_81_a6, '0x803381A6', /MaxConcurrentOperationsPerUser/],
    [0x80_33_81_e7, '0x803381E7', /MaxConcurrentOperationsPerUser/],
    [0x80_33_81_e8, '0x803381E8', /MaxConcurrentOperationsPerUser/],
    [0x80_33_81_a7, '0x803381A7', /--forks/],
    [0x80_33_81_a8, '0x803381A8', /--forks/],
    [0x80_33_81_ab, '0x803381AB', /MaxConcurrentUsers/],
    [0x80_33_81_e5, '0x803381E5', /MaxConcurrentUsers/],
    [0x80_33_81_e9, '0x803381E9', /MaxCommandsPerShell/],
    [0x80_33_81_ea, '0x803381EA', /out of memory/],
    [8, '0x80070008', /out of memory/],
    [14, '0x8007000E', /out of memory/],
    [0x80_33_80_5b, '0x8033805B', /shell is gone/],
    [995, '0x800703E3', /ended the shell/],
    [0x80_07_03_fa, '0x800703FA', /profile was unloaded/],
    [0x80_33_81_40, '0x80338140', /code page/],
    [0x80_07_00_02, '0x80070002', /powershell\.exe/],
    [87, '0x80070057', /malformed/],
    [0x80_33_80_00, '0x80338000', /winrm quickconfig/],
    [0x80_33_80_3b, '0x8033803B', /winrm quickconfig/],
    [0x80_33_81_90, '0x80338190', /winrm quickconfig/],
    [0x80_33_81_6e, '0x8033816E', /stopping/],
    [0x80_33_81_df, '0x803381DF', /RunAs/],
    [0x80_33_80_0f, '0x8033800F', /malformed/],
    [0x80_33_80_39, '0x80338039', /malformed/],
    [0x80_33_80_41, '0x80338041', /malformed/],
    [0x80_33_80_43, '0x80338043', /malformed/],
    [0x80_33_80_47, '0x80338047', /MaxEnvelopeSizekb/],
    [0x80_33_80_81, '0x80338081', /malformed/],
    [0x80_04_10_03, '0x80041003', /WMI/],
    [0x80_33_81_c6, '0x803381C6', /refuses with 0x803381C6.*Nachricht/],
  ])('%i is %s', async (number, code, message) => {
    const host = await answering('create', (id) => faultOf(id, wsman(number)));
    const problem = await problemOf(runScript(host));
    expect(problem).toMatchObject({ stage: 'shell', code });
    expect(problem.message).toMatch(message);
  });

  test('0x80338029 means an overloaded host, not one to be asked again', async () => {
    const host = await answering('create', (id) => faultOf(id, wsman(0x80_33_80_29)));
    expect(await problemOf(runScript(host))).toMatchObject({
      stage: 'timeout',
      code: 'LIMIT',
      during: 'shell',
    });
    expect(host.legs.filter((leg) => leg === 'create')).toHaveLength(1);
  });

  test.each(Object.entries(SHAPES))('is found %s', async (_, shape) => {
    const host = await answering('create', (id) => faultOf(id, shape(0x80_33_81_a5)));
    expect(await problemOf(runScript(host))).toMatchObject({ stage: 'shell', code: '0x803381A5' });
  });

  test('without any number is a failure of the service, quoted', async () => {
    const text = `<s:Reason><s:Text xml:lang="de-DE">Zugriff verweigert</s:Text></s:Reason>`;
    const host = await answering('create', (id) => ({
      status: 500,
      xml: soap(id, `<s:Fault>${text}</s:Fault>`),
    }));
    const problem = await problemOf(runScript(host));
    expect(problem).toMatchObject({ stage: 'http', code: '500' });
    expect(problem.message).toContain('Zugriff verweigert');
  });
});

describe('a fault while the collector runs', () => {
  test.each<[number, string, string]>([
    [0x80_33_80_26, 'collector', '0x80338026'],
    [0x80_33_80_48, 'collector', '0x80338048'],
    [0x80_33_80_5b, 'shell', '0x8033805B'],
    [995, 'shell', '0x800703E3'],
    [8, 'shell', '0x80070008'],
  ])('%i is stage %s, code %s', async (number, stage, code) => {
    const host = await answering('receive', (id) => faultOf(id, wsman(number)));
    expect(await problemOf(runScript(host))).toMatchObject({ stage, code });
    expect(host.legs.at(-1)).toBe('delete');
  });
});
