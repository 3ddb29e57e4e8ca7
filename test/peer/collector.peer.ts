import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { play, type Answer, type Play } from './collector/play.ts';
import { eventData, eventXml, HEALTHY, KEYS, type World } from './collector/worlds.ts';

const pwsh = process.env['PATCHWHY_PWSH'] ?? '';
if (pwsh === '')
  console.warn('SKIPPED: the collector is not run. PATCHWHY_PWSH names no PowerShell.');

const MODES = ['FullLanguage', 'ConstrainedLanguage'] as const;
const dism = (says: string, code = 0): string =>
  `#!/bin/sh\nprintf '%s\\r\\n' '' 'Deployment Image Servicing' '${says}'\nexit ${code}\n`;
const FILES = {
  'System32/dism.exe': dism('No component store corruption detected.'),
  'WinSxS/filemaps.txt': '',
  'Logs/CBS/CBS.log': [
    '2024-02-14 04:20:00, Info                  CBS    Session: 31090522_1442 initialized',
    '2024-02-14 04:25:00, Error                 CBS    Failed to stage item "C:\\x" [HRESULT = 0x80070070 - ERROR_DISK_FULL]',
    '2024-02-14 04:26:00, Error                 CBS    Failed to stage item "C:\\x" [HRESULT = 0x80070070 - ERROR_DISK_FULL]',
    '2024-02-14 04:27:00, Info                  CBS    Failed to move C:\\Windows\\CbsTemp [HRESULT = 0x80070020 - ERROR_SHARING_VIOLATION]',
    'a line of no form 0x80070005',
    '2024-02-14 04:28:00, Info                  CBS    Session finalized [HRESULT = 0x00000000 - S_OK]',
  ].join('\r\n'),
  'INF/setupapi.dev.log': '[Device Install Log]\r\n',
  'Temp/readme.txt': '',
  'System32/Recovery/ReAgent.xml':
    '<?xml version="1.0" encoding="utf-8"?><WindowsRE version="2.0"><WinreBCD id="{x}"/><WinreLocation path="\\Recovery\\WindowsRE" id="0" offset="254600000000" guid="{y}"/><InstallState state="1"/></WindowsRE>',
};

const run = (world: World, how: Play = {}): Promise<Answer> =>
  play(pwsh, world, { files: FILES, ...how });
const sectionsOf = (answer: Answer): string[] =>
  (answer.evidence.errors ?? []).map(({ section }) => section);

function changed(parts: {
  readonly [Part in Exclude<keyof World, 'tasks'>]?: Readonly<Record<string, unknown>>;
}): World {
  return {
    ...HEALTHY,
    registry: { ...HEALTHY.registry, ...(parts.registry as World['registry']) },
    cim: { ...HEALTHY.cim, ...(parts.cim as World['cim']) },
    events: { ...HEALTHY.events, ...(parts.events as World['events']) },
    com: { ...HEALTHY.com, ...(parts.com as World['com']) },
    programs: { ...HEALTHY.programs, ...(parts.programs as World['programs']) },
  };
}

describe.skipIf(pwsh === '')('the collector in a real PowerShell', () => {
  test.each(MODES)('reads a healthy host in %s', async (mode) => {
    const { evidence, problems, text, stderr } = await run(HEALTHY, { mode });
    expect(problems).toEqual([]);
    expect(stderr).toBe('');
    expect(text).toMatch(/^[ -~]+$/);
    const isFull = mode === 'FullLanguage';
    expect(evidence).toMatchObject({
      schema: 'evidence/1',
      host: 'STAGE-01',
      collector: { mode: 'powershell', elevated: true, truncated: [] },
      os: {
        build: 19045,
        ubr: 3930,
        edition: 'Professional',
        productType: 'workstation',
        arch: 'x64',
        serverCore: false,
        locale: 'de-DE',
        lastBoot: '2024-02-13T01:23:00Z',
        languageMode: mode,
        esuLicensed: true,
      },
      platform: {
        manufacturer: 'LENOVO',
        firmware: 'uefi',
        secureBoot: true,
        onAcPower: false,
        batteryPercent: 37,
        virtual: false,
        tpmVersion: '2.0',
      },
      security: {
        products: [{ name: 'Windows Defender', realtime: true }],
        filterDrivers: ['SophosED'],
        appControlEnforced: false,
        controlledFolderAccess: false,
      },
      agents: [],
      ...(isFull && { componentStore: { health: 'healthy' } }),
      tasks: [
        {
          path: String.raw`\Microsoft\Windows\UpdateOrchestrator\Schedule Scan`,
          enabled: true,
          lastRun: '2024-02-15T04:00:00Z',
          lastResult: '0x00000000',
          missedRuns: 0,
        },
      ],
      reboot: {
        cbs: false,
        cbsInProgress: false,
        packagesPending: false,
        windowsUpdate: false,
        pendingFileRename: [],
        pendingXml: false,
        computerRename: false,
        domainJoin: false,
        configMgr: null,
        updateExeVolatile: 0,
      },
      windowsUpdate: {
        source: 'microsoft',
        wsusServer: null,
        policy: {},
        susClientId: '07573538-1e5b-d865-ed9a-5f22a05916f5',
        scan: { mode: 'none' },
      },
      installer: { inProgress: false, holder: null },
      runtimes: { dotnetFrameworkRelease: 528_372, dotnet: [], vcRedist: [] },
      network: { winHttpProxy: null, proxyBypass: null, tls12Client: true, probes: [] },
      recovery: {
        winreEnabled: true,
        winrePartitionSizeBytes: 554_692_608,
        winrePartitionFreeBytes: 87_031_808,
        bitlocker: 'on',
      },
      audit: {},
      errors: isFull
        ? []
        : [
            { section: 'componentStore', hresult: '0x80131515' },
            { section: 'windowsUpdate.history', hresult: '0x80131515' },
            { section: 'windowsUpdate.lastScanSuccess', hresult: '0x80131515' },
          ],
    });
    expect(evidence.volumes).toEqual([
      {
        mount: 'C:',
        role: 'system',
        sizeBytes: 254_476_812_288,
        freeBytes: 47_158_740_910,
        fileSystem: 'NTFS',
        dirty: false,
      },
      {
        mount: null,
        role: 'efi',
        sizeBytes: 100_663_296,
        freeBytes: 65_011_712,
        fileSystem: 'FAT32',
        dirty: null,
      },
      {
        mount: null,
        role: 'recovery',
        sizeBytes: 554_692_608,
        freeBytes: 87_031_808,
        fileSystem: 'NTFS',
        dirty: false,
      },
    ]);
    const services = Object.fromEntries(
      (evidence.services ?? []).map((service) => [service.name, service]),
    );
    expect(services['wuauserv']).toEqual({
      name: 'wuauserv',
      state: 'stopped',
      startMode: 'manual',
      win32ExitCode: 0,
    });
    expect(services['bits']).toMatchObject({ state: 'running', startMode: 'autoDelayed' });
    expect(services['UsoSvc']).toMatchObject({ state: 'startPending', startMode: 'auto' });
    expect(services['MpsSvc']).toMatchObject({ state: 'running', startMode: 'disabled' });
    expect(services['wlidsvc']).toEqual({ name: 'wlidsvc', state: 'missing' });
    expect(services['CcmExec']).toBeUndefined();
    expect(evidence.hotfixes).toEqual([
      { kb: 'KB5034122', installedOn: '2024-01-15' },
      { kb: 'KB5033372', installedOn: '2023-12-17' },
      { kb: 'KB5011048', installedOn: null },
    ]);
    expect(evidence.packages).toEqual([
      {
        name: expect.stringContaining('KB5034441') as string,
        state: 'staged',
        lastError: '0x80070070',
      },
      {
        name: expect.stringContaining('19041.3930') as string,
        state: 'installed',
        installedAt: '2024-01-08T11:49:12Z',
      },
    ]);
    expect(evidence.logs).toMatchObject({
      dism: [],
      setup: [],
      setupapi: [],
      msi: [],
      thirdParty: [],
    });
    expect(evidence.logs?.cbs).toEqual([
      {
        time: '2024-02-14T04:26:00Z',
        level: 'error',
        text: 'Failed to stage item "C:\\x" [HRESULT = 0x80070070 - ERROR_DISK_FULL]',
      },
      {
        time: '2024-02-14T04:27:00Z',
        level: 'info',
        text: expect.stringContaining('0x80070020') as string,
      },
    ]);
    expect(evidence.windowsUpdate?.history).toEqual(
      isFull
        ? [
            {
              time: '2024-02-15T05:24:00Z',
              operation: 'install',
              result: 'failed',
              hresult: '0x80070070',
              title: '2024-02 Kumulatives Update (KB5034763)',
              kb: 'KB5034763',
              updateId: '11f47b2a-fa58-3940-55f0-6f54b5fee10c',
              revision: 202,
              client: 'UpdateOrchestrator',
            },
          ]
        : undefined,
    );
    expect(evidence.windowsUpdate?.lastScanSuccess).toBe(
      isFull ? '2024-02-15T04:00:00Z' : undefined,
    );
  });

  test.each(MODES)('reads events by name, number and language in %s [NIN-20]', async (mode) => {
    const { evidence } = await run(HEALTHY, { mode });
    expect(evidence.events).toEqual([
      {
        log: 'System',
        provider: 'Microsoft-Windows-WindowsUpdateClient',
        id: 20,
        level: 2,
        time: '2024-02-15T05:24:00Z',
        count: 1,
        data: {
          errorCode: '0x80070070',
          updateTitle: '2024-02 Kumulatives Update für Windows 10 更新 (KB5034763)',
          updateGuid: '{11f47b2a-fa58-3940-55f0-6f54b5fee10c}',
          updateRevisionNumber: 202,
        },
      },
      {
        log: 'Setup',
        provider: 'Microsoft-Windows-Servicing',
        id: 3,
        level: 2,
        time: '2024-02-14T04:21:00Z',
        count: 1,
        data: {
          PackageIdentifier: 'KB5034763',
          IntendedPackageState: 5112,
          ErrorCode: '0x80070070',
        },
      },
      {
        log: 'System',
        provider: 'Service Control Manager',
        id: 7031,
        level: 2,
        time: '2024-02-14T05:00:00Z',
        count: 1,
        data: { param1: 'Windows-Update', param2: '1', service: 'wuauserv' },
      },
      {
        log: 'System',
        provider: 'disk',
        id: 51,
        level: 2,
        time: '2024-02-14T04:00:00Z',
        count: 1,
        data: { param1: '\\Device\\Harddisk0\\DR0' },
      },
      {
        log: 'Microsoft-Windows-Bits-Client/Operational',
        provider: 'Microsoft-Windows-Bits-Client',
        id: 61,
        level: 2,
        time: '2024-02-14T04:21:00Z',
        count: 1,
        data: { hr: '0x80190199', bytesTransferred: 0, name: 'bad  char' },
      },
    ]);
  });

  test.each(['ar-SA', 'th-TH', 'tr-TR', 'ja-JP'])(
    'gives the same document under the culture %s',
    async (culture) => {
      const files = {
        ...FILES,
        'INF/setupapi.dev.log':
          '>>>  Section start 2024/02/03 04:29:00.123\r\n!!!  dvi: Error 0x800f0246',
        'CCM/Logs/WUAHandler.log':
          '<![LOG[Error 0x80244010.]LOG]!><time="04:25:00.123-60" date="2-4-2024" component="WUAHandler" context="" type="3" thread="1" file="a">',
      };
      const plain = await run(HEALTHY, { files });
      const other = await run(HEALTHY, { files, culture });
      expect(plain.evidence.logs?.thirdParty).toHaveLength(1);
      const still = { collectedAt: '', collector: undefined, componentStore: undefined };
      expect({ ...other.evidence, ...still }).toEqual({ ...plain.evidence, ...still });
      expect(other.evidence.componentStore?.checkedAt).toMatch(/^20\d\d-/);
    },
  );

  test.each(MODES)('sends no password of an installer in %s', async (mode) => {
    const { evidence, text } = await run(
      changed({
        registry: { 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\InProgress': {} },
      }),
      { mode },
    );
    expect(text).not.toMatch(/hunter|abc/);
    expect(evidence.processes).toEqual([
      {
        name: 'msiexec.exe',
        pid: 14_700,
        startedAt: '2024-02-15T05:00:00Z',
        parent: 'CcmExec.exe',
        commandLine:
          'C:\\Windows\\System32\\msiexec.exe /i "a b.msi" ADMINPASSWORD=*** TOKEN=*** /qn',
      },
    ]);
    expect(evidence.installer).toEqual({
      inProgress: true,
      holder: evidence.processes?.[0]?.commandLine,
    });
  });
});

describe.skipIf(pwsh === '')('a restart key', () => {
  const states: readonly (readonly [string, unknown, boolean | undefined])[] = [
    ['there', {}, true],
    ['missing', 'missing', false],
    ['closed to this account', 'denied', undefined],
    ['on a drive that is not there', 'no-drive', undefined],
    ['marked for deletion', 'damaged', undefined],
  ];
  test.each(states)(
    '%s is never taken for another answer [NIN-23, NIN-57]',
    async (_, state, expected) => {
      const world = changed({
        registry: {
          [`${KEYS.update}\\Auto Update`]: {},
          ...(state !== 'missing' && {
            [KEYS.rebootRequired]: state,
            [`${KEYS.servicing}\\RebootPending`]: state,
          }),
        },
      });
      const answer = await run(world);
      expect(answer.problems).toEqual([]);
      expect(answer.evidence.reboot?.windowsUpdate).toBe(expected);
      expect(answer.evidence.reboot?.cbs).toBe(expected);
      expect(answer.evidence.reboot?.cbsInProgress).toBe(false);
      expect(sectionsOf(answer)).toEqual(
        expected === undefined ? ['reboot.cbs', 'reboot.windowsUpdate'] : [],
      );
    },
  );

  test('tells a .NET Framework that is not there from one that it may not see', async () => {
    const { [KEYS.dotnet]: _, ...registry } = HEALTHY.registry;
    const none = await run({ ...HEALTHY, registry });
    expect(none.evidence.runtimes).toEqual({
      dotnetFrameworkRelease: null,
      dotnet: [],
      vcRedist: [],
    });
    const barred = await run({ ...HEALTHY, registry: { ...registry, [KEYS.dotnet]: 'denied' } });
    expect(barred.evidence.runtimes).toEqual({ dotnet: [], vcRedist: [] });
    expect(sectionsOf(barred)).toEqual(['runtimes']);
  });

  test('says nothing where the keys above it are gone', async () => {
    const { [KEYS.servicing]: _, [KEYS.update]: __, ...registry } = HEALTHY.registry;
    const answer = await run({ ...HEALTHY, registry });
    expect(Object.keys(answer.evidence.reboot ?? {})).not.toContain('cbs');
    expect(sectionsOf(answer)).toEqual([
      'reboot.cbs',
      'reboot.cbsInProgress',
      'reboot.packagesPending',
      'reboot.windowsUpdate',
    ]);
  });

  test('says nothing to a 32-bit PowerShell, which sees other keys', async () => {
    const answer = await run({ ...HEALTHY, wow64: true });
    expect(answer.problems).toEqual([]);
    expect(answer.evidence.reboot?.cbs).toBeUndefined();
    expect(answer.evidence.reboot?.windowsUpdate).toBeUndefined();
    expect(answer.evidence.os?.build).toBeUndefined();
    expect(sectionsOf(answer)).toEqual(
      expect.arrayContaining([
        'os',
        'reboot.cbs',
        'reboot.windowsUpdate',
        'windowsUpdate.policy',
        'recovery',
        'audit',
      ]),
    );
  });

  test('of a rename lists its sources, not its targets', async () => {
    const { evidence } = await run(
      changed({
        registry: {
          [KEYS.session]: {
            PendingFileRenameOperations: [
              '\\??\\C:\\a.dll',
              '',
              '*1\\??\\C:\\b.dll',
              '!\\??\\C:\\c.dll',
              '',
              '',
            ],
          },
          'SYSTEM\\CurrentControlSet\\Services\\Netlogon': { AvoidSpnSet: 1 },
          'SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName': { ComputerName: 'NEW' },
          'SYSTEM\\CurrentControlSet\\Services\\CcmExec': {},
        },
        cim: {
          'CCM_ClientUtilities.DetermineIfRebootPending': {
            RebootPending: true,
            IsHardRebootPending: false,
          },
        },
      }),
    );
    expect(evidence.reboot).toMatchObject({
      pendingFileRename: ['C:\\a.dll', 'C:\\b.dll'],
      domainJoin: true,
      computerRename: true,
      configMgr: true,
    });
  });
});

describe.skipIf(pwsh === '')('what cannot be read is told, never shown as empty', () => {
  test.each(MODES)('when WMI refuses everything in %s [NIN-56]', async (mode) => {
    const cim = Object.fromEntries(
      [...Object.keys(HEALTHY.cim), 'Win32_LogicalDisk'].map((name) => [name, '0x80041003']),
    );
    const answer = await run(changed({ cim }), { mode });
    expect(answer.problems).toEqual([]);
    for (const section of ['volumes', 'services', 'hotfixes', 'processes'] as const) {
      expect(answer.evidence[section]).toBeUndefined();
      expect(answer.evidence.errors).toContainEqual({
        section,
        hresult: '0x80041003',
        message: 'Zugriff verweigert',
      });
    }
    expect(answer.evidence.os).toMatchObject({
      build: 19045,
      productType: 'workstation',
      arch: 'x64',
    });
    expect(answer.evidence.events?.length).toBe(5);
  });

  test('when nothing at all may be read', async () => {
    const world: World = {
      registry: {},
      unnamed: 'denied',
      tasks: 'denied',
      programs: { 'fltmc.exe': '-2147024891' },
      cim: Object.fromEntries(Object.keys(HEALTHY.cim).map((name) => [name, '0x80070005'])),
      events: Object.fromEntries(Object.keys(HEALTHY.events).map((log) => [log, 'unauthorized'])),
      com: {
        'Microsoft.Update.Session': '-2147024891',
        'Microsoft.Update.AutoUpdate': '-2147024891',
      },
    };
    const answer = await run(world, { files: {} });
    expect(answer.problems).toEqual([]);
    expect(answer.evidence.os).toBeUndefined();
    expect(answer.evidence.volumes).toBeUndefined();
    expect(answer.evidence.collector?.elevated).toBe(false);
    expect(answer.evidence.reboot).toBeUndefined();
    expect(answer.evidence.events).toEqual([]);
    expect(answer.evidence.network).toEqual({});
    expect(answer.evidence.windowsUpdate).toEqual({ scan: { mode: 'none' } });
    expect(answer.evidence.installer).toBeUndefined();
    expect(answer.evidence.errors).toContainEqual({
      section: 'reboot.cbs',
      hresult: '0x80070005',
      message: expect.any(String) as string,
    });
    expect(answer.evidence.errors).toContainEqual({
      section: 'events.System',
      hresult: '0x80070005',
      message: expect.any(String) as string,
    });
    expect(answer.evidence.errors).toContainEqual({
      section: 'windowsUpdate.history',
      hresult: '0x80070005',
      message: expect.any(String) as string,
    });
    expect(answer.evidence.errors).toContainEqual({
      section: 'logs.cbs',
      hresult: '0x80070002',
      message: expect.any(String) as string,
    });
  });

  test.each(MODES)(
    'when a log is missing, switched off, wiped or closed in %s [NIN-56]',
    async (mode) => {
      const answer = await run(
        changed({
          events: {
            System: { records: [] },
            Setup: { records: HEALTHY.events['Setup'] === undefined ? [] : ['x'], enabled: false },
            'Microsoft-Windows-Windows Defender/Operational': 'no-log',
            'Microsoft-Windows-CodeIntegrity/Operational': 'unauthorized',
          },
        }),
        { mode },
      );
      expect(answer.problems).toEqual([]);
      expect(answer.evidence.errors?.filter(({ section }) => section.startsWith('events'))).toEqual(
        [
          { section: 'events.System', message: 'the log System is empty' },
          { section: 'events.Setup', message: 'the log Setup is switched off' },
          {
            section: 'events.Microsoft-Windows-CodeIntegrity/Operational',
            hresult: '0x80070005',
            message: expect.any(String) as string,
          },
          {
            section: 'events.Microsoft-Windows-Windows Defender/Operational',
            hresult: '0x80073A9F',
            message: expect.any(String) as string,
          },
        ],
      );
      expect(answer.evidence.events?.map(({ id }) => id)).toEqual([61]);
    },
  );

  test('when the build is unknown, no service is called missing', async () => {
    const answer = await run(
      changed({ registry: { 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': 'denied' } }),
    );
    expect(answer.evidence.os?.build).toBeUndefined();
    expect(answer.evidence.services?.filter(({ state }) => state === 'missing')).toEqual([]);
    expect(answer.evidence.volumes?.length).toBe(3);
  });

  test('when hidden partitions cannot be seen, drives with letters still are', async () => {
    const answer = await run(
      changed({
        cim: {
          Win32_Volume: '0x80070005',
          MSFT_Partition: '0x80070005',
          Win32_LogicalDisk: [
            { DeviceID: 'C:', Size: 1000, FreeSpace: 10, FileSystem: 'NTFS', VolumeDirty: null },
          ],
        },
      }),
    );
    expect(answer.problems).toEqual([]);
    expect(answer.evidence.volumes).toEqual([
      {
        mount: 'C:',
        role: 'system',
        sizeBytes: 1000,
        freeBytes: 10,
        fileSystem: 'NTFS',
        dirty: null,
      },
    ]);
    expect(sectionsOf(answer)).toEqual(['volumes.partitions', 'volumes.hidden']);
  });

  test('when the collector runs out of time, the rest is named', async () => {
    const answer = await run(HEALTHY, { edits: { '$limitSeconds = 150': '$limitSeconds = -1' } });
    expect(answer.problems).toEqual([]);
    expect(answer.evidence.os).toBeUndefined();
    expect(answer.evidence.collector?.truncated).toEqual(
      expect.arrayContaining(['os', 'events.System', 'logs.cbs']),
    );
    expect(answer.evidence.errors).toContainEqual({
      section: 'os',
      hresult: '0x800705B4',
      message: expect.stringContaining('limit of -1 seconds') as string,
    });
  });
});

describe.skipIf(pwsh === '')('security', () => {
  const SRP = 'SOFTWARE\\Policies\\Microsoft\\Windows\\SrpV2';
  const seen = async (parts: Parameters<typeof changed>[0], how: Play = {}): Promise<Answer> => {
    const answer = await run(changed(parts), how);
    expect(answer.problems).toEqual([]);
    return answer;
  };

  test.each(MODES)(
    'tells products by their state, whatever their language, in %s',
    async (mode) => {
      const { evidence } = await seen(
        {
          cim: {
            AntiVirusProduct: [
              { displayName: 'Windows Defender', productState: 393_472 },
              { displayName: 'ウイルスバスター', productState: 266_240 },
              { displayName: 'Odd', productState: 294_912 },
            ],
            MSFT_MpPreference: '0x800106BA',
          },
        },
        { mode },
      );
      expect(evidence.security).toMatchObject({
        products: [
          { name: 'Windows Defender', realtime: false },
          { name: 'ウイルスバスター', realtime: true },
          { name: 'Odd', realtime: null },
        ],
        controlledFolderAccess: false,
      });
    },
  );

  test('of a server is what Defender says of itself, and nothing where it is silent', async () => {
    const server = {
      'SYSTEM\\CurrentControlSet\\Control\\ProductOptions': { ProductType: 'ServerNT' },
    };
    const { evidence } = await seen({
      registry: server,
      cim: {
        AntiVirusProduct: '0x8004100E',
        MSFT_MpPreference: [{ EnableControlledFolderAccess: 1 }],
      },
    });
    expect(evidence.security).toMatchObject({
      products: [{ name: 'Windows Defender', realtime: true }],
      controlledFolderAccess: true,
    });
    const silent = await seen({ registry: server, cim: { MSFT_MpComputerStatus: '0x8004100E' } });
    expect(silent.evidence.security?.products).toBeUndefined();
    expect(sectionsOf(silent)).toEqual(['security.products']);
  });

  const control: readonly (readonly [string, Parameters<typeof changed>[0], boolean])[] = [
    [
      'a collection set to enforce',
      { registry: { [`${SRP}\\Msi`]: { EnforcementMode: 1 } } },
      true,
    ],
    [
      'one that only audits',
      { registry: { [`${SRP}\\Msi`]: { EnforcementMode: 0 }, [`${SRP}\\Msi\\{1}`]: {} } },
      false,
    ],
    ['rules without a mode', { registry: { [`${SRP}\\Exe`]: {}, [`${SRP}\\Exe\\{1}`]: {} } }, true],
    ['neither rules nor a mode', { registry: { [`${SRP}\\Exe`]: {} } }, false],
    [
      'code integrity of user mode',
      { cim: { Win32_DeviceGuard: [{ UsermodeCodeIntegrityPolicyEnforcementStatus: 2 }] } },
      true,
    ],
    [
      'code integrity that audits',
      { cim: { Win32_DeviceGuard: [{ UsermodeCodeIntegrityPolicyEnforcementStatus: 1 }] } },
      false,
    ],
  ];
  test.each(control)('knows application control by %s', async (_, parts, expected) => {
    const { evidence } = await seen(parts);
    expect(evidence.security?.appControlEnforced).toBe(expected);
  });

  test.each(MODES)('that may not be read is named part by part in %s', async (mode) => {
    const answer = await seen(
      {
        registry: { [`${SRP}\\Exe`]: 'denied' },
        cim: {
          AntiVirusProduct: '0x80041003',
          MSFT_MpPreference: '0x80041003',
          Win32_Tpm: '0x80041003',
        },
        programs: { 'fltmc.exe': '-2147024891' },
      },
      { mode },
    );
    expect(answer.evidence.security).toBeUndefined();
    expect(answer.evidence.platform?.tpmVersion).toBeUndefined();
    expect(sectionsOf(answer).filter((name) => /^(security|platform)/.test(name))).toEqual([
      'platform.tpmVersion',
      'security.products',
      'security.filterDrivers',
      'security.appControlEnforced',
      'security.controlledFolderAccess',
    ]);
  });

  test('with a table of filters of unknown form is not "no filters"', async () => {
    const answer = await seen({ programs: { 'fltmc.exe': ['Filter', '-----'] } });
    expect(answer.evidence.security?.filterDrivers).toBeUndefined();
    expect(sectionsOf(answer)).toEqual(['security.filterDrivers']);
  });
});

describe.skipIf(pwsh === '')('agents', () => {
  const AGENTS = [
    { Name: 'NinjaRMMAgent', State: 'Running', StartMode: 'Auto', PathName: '"C:\\a b\\n.exe" -x' },
    { Name: 'CagService', State: 'Stopped', StartMode: 'Disabled', PathName: null },
    { Name: 'konea', State: 'Stopped', StartMode: 'Auto' },
    { Name: 'AMPAgent', State: 'Running', StartMode: 'Auto' },
    { Name: 'AteraAgent', State: 'Stopped', StartMode: 'Manual' },
    { Name: 'tacticalrmm', State: 'Paused', StartMode: 'Auto' },
    { Name: 'Spooler', State: 'Stopped', StartMode: 'Auto' },
  ];
  const services = (...more: readonly Record<string, unknown>[]): unknown => [
    ...(HEALTHY.cim['Win32_Service'] as readonly Record<string, unknown>[]),
    ...more,
  ];

  test.each(MODES)('are told by their services in %s', async (mode) => {
    const { evidence, problems } = await run(
      changed({ cim: { Win32_Service: services(...AGENTS) } }),
      { mode },
    );
    expect(problems).toEqual([]);
    expect(evidence.agents).toEqual([
      { product: 'NinjaOne', state: 'running' },
      { product: 'Datto', state: 'stopped' },
      { product: 'KACE', state: 'running' },
      { product: 'Atera' },
      { product: 'Tactical RMM', state: 'degraded' },
    ]);
  });

  const young = {
    ...(HEALTHY.cim['Win32_OperatingSystem'] as readonly object[])[0],
    LastBootUpTime: '@2099-01-01T00:00:00Z',
  };
  test('are not called stopped while Windows still starts its services', async () => {
    const { evidence } = await run(
      changed({
        cim: {
          Win32_Service: services({ Name: 'konea', State: 'Stopped', StartMode: 'Auto' }),
          Win32_OperatingSystem: [young],
        },
      }),
    );
    expect(evidence.agents).toEqual([{ product: 'KACE' }]);
  });

  const configMgr = services({ Name: 'CcmExec', State: 'Running', StartMode: 'Auto' });
  const CLIENT = { 'CCM_ClientUtilities.DetermineIfRebootPending': { RebootPending: false } };
  test.each(MODES)('of ConfigMgr say what is deployed and what failed in %s', async (mode) => {
    const { evidence, problems } = await run(
      changed({
        cim: {
          ...CLIENT,
          Win32_Service: configMgr,
          CCM_SoftwareUpdate: [
            { ArticleID: '5034763', Name: '更新', EvaluationState: 13, ErrorCode: 2_278_621_957 },
            { ArticleID: '5034122', Name: 'b', EvaluationState: 9, ErrorCode: 0 },
            { ArticleID: '', Name: 'Driver', EvaluationState: 14, ErrorCode: 0 },
          ],
        },
      }),
      { mode },
    );
    expect(problems).toEqual([]);
    expect(evidence.agents).toEqual([
      {
        product: 'ConfigMgr',
        state: 'running',
        deployments: [
          {
            kb: 'KB5034763',
            title: '更新',
            approval: 'approved',
            detection: 'notPatched',
            exitCode: 2_278_621_957,
          },
          { kb: 'KB5034122', title: 'b', approval: 'approved', detection: 'unknown' },
          { kb: null, title: 'Driver', approval: 'approved', detection: 'notPatched' },
        ],
      },
    ]);
  });

  test('that do not answer, or are too many, are told so', async () => {
    const silent = await run(
      changed({ cim: { ...CLIENT, Win32_Service: configMgr, CCM_SoftwareUpdate: '0x8004100E' } }),
    );
    expect(silent.evidence.agents).toEqual([{ product: 'ConfigMgr', state: 'running' }]);
    expect(sectionsOf(silent)).toEqual(['agents.ConfigMgr']);
    const rows = Array.from({ length: 300 }, (_, n) => ({
      ArticleID: `5${String(n).padStart(6, '0')}`,
      Name: 'x'.repeat(300),
      EvaluationState: 1,
    }));
    const { evidence } = await run(
      changed({ cim: { ...CLIENT, Win32_Service: configMgr, CCM_SoftwareUpdate: rows } }),
    );
    expect(JSON.stringify(evidence.agents).length).toBeLessThan(12_200);
    expect(evidence.collector?.truncated).toEqual(['agents']);
  });
});

describe.skipIf(pwsh === '')('scheduled tasks', () => {
  const task = (path: string, info: unknown, enabled = true): Record<string, unknown> => {
    const at = path.lastIndexOf('\\') + 1;
    return {
      TaskPath: path.slice(0, at),
      TaskName: path.slice(at),
      Settings: { Enabled: enabled },
      info,
    };
  };

  test.each(MODES)('of agents and of anyone who patches are read in %s', async (mode) => {
    const never = {
      LastRunTime: '@1999-11-30T00:00:00',
      LastTaskResult: 267_011,
      NumberOfMissedRuns: 3,
    };
    const failed = {
      LastRunTime: '@2024-02-01T02:00:00Z',
      LastTaskResult: 2_147_942_402,
      NumberOfMissedRuns: 0,
    };
    const tasks = [
      task('\\NinjaOne\\PatchFailureScan', never),
      task('\\月次パッチ-Patch', failed, false),
      task('\\Backup', failed),
      task('\\Microsoft\\Windows\\Time Synchronization\\SynchronizeTime', failed),
    ];
    const { evidence, problems } = await run({ ...HEALTHY, tasks }, { mode });
    expect(problems).toEqual([]);
    expect(evidence.tasks).toEqual([
      {
        path: '\\NinjaOne\\PatchFailureScan',
        enabled: true,
        lastRun: null,
        lastResult: '0x00041303',
        missedRuns: 3,
      },
      {
        path: '\\月次パッチ-Patch',
        enabled: false,
        lastRun: '2024-02-01T02:00:00Z',
        lastResult: '0x80070002',
        missedRuns: 0,
      },
    ]);
  });

  test('that cannot be listed or read are told so', async () => {
    const hidden = await run({ ...HEALTHY, tasks: [] });
    expect(hidden.evidence.tasks).toBeUndefined();
    expect(hidden.evidence.errors).toEqual([
      { section: 'tasks', message: 'no scheduled task was listed' },
    ]);
    const damaged = await run({
      ...HEALTHY,
      tasks: [task('\\KACE\\a', '0x80070002'), task('\\KACE\\b', { LastTaskResult: 0 })],
    });
    expect(damaged.problems).toEqual([]);
    expect(damaged.evidence.tasks).toEqual([
      { path: '\\KACE\\b', enabled: true, lastRun: null, lastResult: '0x00000000' },
    ]);
    expect(sectionsOf(damaged)).toEqual(['tasks.info']);
  });

  test('of a thousand are cut', async () => {
    const tasks = Array.from({ length: 1000 }, (_, n) =>
      task(`\\Patch ${n}`, { LastTaskResult: 0 }),
    );
    const { evidence } = await run({ ...HEALTHY, tasks });
    expect(JSON.stringify(evidence.tasks).length).toBeLessThan(8200);
    expect(evidence.collector?.truncated).toEqual(['tasks']);
  });
});

describe.skipIf(pwsh === '')('the component store', () => {
  const look = async (text: string, how: Play = {}): Promise<Answer> => {
    const answer = await run(HEALTHY, { ...how, files: { ...FILES, 'System32/dism.exe': text } });
    expect(answer.problems).toEqual([]);
    return answer;
  };

  test.each([
    ['The component store is repairable.', 'repairable'],
    ['The component store cannot be repaired.', 'nonRepairable'],
    ['Der Komponentenspeicher kann repariert werden.', 'unknown'],
  ])('that says "%s" is %s', async (says, health) => {
    expect((await look(dism(says))).evidence.componentStore?.health).toBe(health);
  });

  test('is unread where DISM refuses, hangs or is not there', async () => {
    const refused = await look(dism('Fehler: 740', 740 % 256));
    expect(refused.evidence.componentStore).toBeUndefined();
    expect(refused.evidence.errors).toEqual([
      { section: 'componentStore', hresult: '0x800700E4', message: 'dism refused' },
    ]);
    const hanging = await look('#!/bin/sh\nexec sleep 60\n', {
      edits: { "/checkhealth' 20": "/checkhealth' 1" },
    });
    expect(hanging.evidence.errors).toEqual([
      {
        section: 'componentStore',
        hresult: '0x800705B4',
        message: 'dism did not answer within 1 seconds',
      },
    ]);
    const { 'System32/dism.exe': _, ...files } = FILES;
    expect((await run(HEALTHY, { files })).evidence.errors).toEqual([
      { section: 'componentStore', hresult: '0x80070002', message: 'dism.exe is not there' },
    ]);
  });

  test('is not asked while servicing is at work, or may be', async () => {
    const busy = await run(
      changed({
        cim: { Win32_Process: [{ Name: 'TiWorker.exe', ProcessId: 7, ParentProcessId: 4 }] },
      }),
    );
    expect(busy.evidence.errors).toEqual([
      { section: 'componentStore', message: 'not asked: TiWorker.exe is at work' },
    ]);
    const hidden = await run(changed({ cim: { Win32_Process: '0x80041003' } }));
    expect(hidden.evidence.componentStore).toBeUndefined();
  });
});

describe.skipIf(pwsh === '')('log files', () => {
  const lines = (...all: readonly string[]): string => all.join('\r\n');
  /** As Windows Installer writes: UTF-16 with its mark. */
  const wide = (text: string): Uint8Array => Buffer.from(`\uFEFF${text}`, 'utf16le');
  const read = async (
    files: Readonly<Record<string, string | Uint8Array>>,
    how: Play = {},
    world: World = HEALTHY,
  ): Promise<Answer> => {
    const answer = await run(world, { ...how, files: { ...FILES, ...files } });
    expect(answer.problems).toEqual([]);
    return answer;
  };

  test.each(MODES)('of DISM, Setup and drivers are read by level and code in %s', async (mode) => {
    const { evidence } = await read(
      {
        'Logs/DISM/dism.log': lines(
          '2024-02-14 04:25:00, Info                  DISM   PID=1 fine',
          '2024-02-14 04:26:00, Error                 DISM   DISM Package Manager: PublicKeyToken=31bf3856ad364e35 Failed [HRESULT = 0x800f081f]',
          '2024-13-44 99:99:99, Warning               DISM   a date that is none',
        ),
        '../$WINDOWS.~BT/Sources/Panther/setupact.log': lines(
          '2024-02-14 04:27:00, Info                  SP     Rolling back from phase 3',
          '2024-02-14 04:27:30, Info                  SP     all is well',
        ),
        '../$WINDOWS.~BT/Sources/Panther/setuperr.log':
          '2024-02-14 04:28:00, Error                 SP     Operation failed: 0xC1900101 - 0x30018',
        'INF/setupapi.dev.log': lines(
          '[Device Install Log]',
          '>>>  [Device Install (DiInstallDevice) - PCI\\VEN_8086]',
          '>>>  Section start 2024/02/14 04:29:00.123',
          '     dvi: fine',
          '!    dvi: a warning',
          '!!!  dvi: Installing failed: Error 0x800f0246',
          '<<<  Section end 2024/02/14 04:29:01.000',
          '<<<  [Exit status: FAILURE(0x800f0246)]',
          '>>>  [Other]',
          '<<<  [Exit status: SUCCESS]',
          '<<<  [Exit Status(0x00000000)]',
        ),
      },
      { mode },
    );
    expect(evidence.logs?.dism).toEqual([
      {
        time: '2024-02-14T04:26:00Z',
        level: 'error',
        text: 'DISM Package Manager: PublicKeyToken=31bf3856ad364e35 Failed [HRESULT = 0x800f081f]',
      },
      { level: 'warning', text: 'a date that is none' },
    ]);
    expect(evidence.logs?.setup).toEqual([
      {
        time: '2024-02-14T04:28:00Z',
        level: 'error',
        file: 'setuperr.log',
        text: 'SP     Operation failed: 0xC1900101 - 0x30018',
      },
      {
        time: '2024-02-14T04:27:00Z',
        level: 'info',
        file: 'setupact.log',
        text: 'SP     Rolling back from phase 3',
      },
    ]);
    expect(evidence.logs?.setupapi).toEqual([
      {
        time: '2024-02-14T04:29:00Z',
        level: 'error',
        text: 'dvi: Installing failed: Error 0x800f0246',
      },
      {
        time: '2024-02-14T04:29:00Z',
        level: 'error',
        text: 'Device Install (DiInstallDevice) - PCI\\VEN_8086 Exit status: FAILURE(0x800f0246)',
      },
    ]);
  });

  test.each(MODES)('of Setup name what blocks an upgrade in %s', async (mode) => {
    const folder = '../$WINDOWS.~BT/Sources/Panther';
    const report = `<?xml version="1.0"?><CompatReport><Programs><Program Name="OldVPN 更新" Id="1"><CompatibilityInfo BlockingType="Hard"/></Program><Program Name="Fine"><CompatibilityInfo BlockingType="None"/></Program></Programs><DriverPackages><DriverPackage Inf="oem12.inf" BlockMigration="True"/><DriverPackage Inf="oem13.inf" BlockMigration="False"/></DriverPackages></CompatReport>`;
    const { evidence } = await read({ [`${folder}/CompatData_2024.xml`]: report }, { mode });
    expect(evidence.logs?.setup?.map(({ file, text }) => [file, text])).toEqual([
      ['CompatData_2024.xml', 'BlockingApplication: OldVPN 更新'],
      ['CompatData_2024.xml', 'BlockingDriver: oem12.inf'],
    ]);
    const broken = await read({ [`${folder}/CompatData_2024.xml`]: '<CompatReport>' }, { mode });
    expect(broken.evidence.logs?.setup).toEqual([]);
    expect(sectionsOf(broken)).toContain('logs.setup');
  });

  test.each(MODES)('of installers are read in any language in %s', async (mode) => {
    const { evidence, text } = await read(
      {
        'Temp/MSI1a2b.LOG': '',
        'Temp/folder.log/x.txt': '',
        'Temp/a.log': wide(
          lines(
            '=== Protokollierung gestartet: 14.02.2024  08:14:00 ===',
            'MSI (s) (A4:B8) [08:14:01:123]: Command Line: ADMINPASSWORD=hunter2 REBOOT=ReallySuppress',
            'CustomAction RegisterDotNetHost returned actual error code 1603 PASSWORD=hunter3',
            'Aktion beendet um 8:14:02: InstallExecute. Rückgabewert 3.',
            'Aktion beendet um 8:14:02: InstallFinalize. Rückgabewert 1.',
            'MSI (s) (A4:B8) [08:14:03:123]: Produkt: Fabrikam -- Diese Anwendung benötigt .NET 8',
            'MSI (s) (A4:B8) [08:14:04:123]: MainEngineThread is returning 1603',
          ),
        ),
        'Temp/b.log': wide(
          lines(
            'アクション終了 8:14:02: INSTALL。 戻り値 3。',
            'MSI (s) (A4:B8) [08:14:03:123]: 製品: Fabrikam -- エラー 1706。',
          ),
        ),
        'Temp/good.log': wide(
          lines(
            'Action ended 8:14:02: INSTALL. Return value 1.',
            'MSI (s) (A4:B8) [08:14:03:123]: Product: Fabrikam -- Configuration completed successfully.',
            'MSI (s) (A4:B8) [08:14:04:123]: MainEngineThread is returning 1641',
          ),
        ),
        'Temp/dd_vcredist.log': lines(
          '[1A2C:1F3C][2024-02-14T04:25:00]i000: Setup started',
          '[1A2C:1F3C][2024-02-14T04:25:01]e000: Error 0x80070643: Failed to execute MSI package.',
        ),
        'CCM/Logs/WUAHandler.log': lines(
          '<![LOG[Its a WSUS Update Source type]LOG]!><time="04:25:00.123-60" date="02-14-2024" component="WUAHandler" context="" type="1" thread="1" file="a.cpp:1">',
          '<![LOG[OnSearchComplete - Failed to end search job. Error = 0x80244010.]LOG]!><time="04:25:00.123-60" date="2-4-2024" component="WUAHandler" context="" type="3" thread="1" file="a.cpp:2">',
        ),
        '../ProgramData/Microsoft/IntuneManagementExtension/Logs/IntuneManagementExtension.log':
          '<![LOG[broken',
      },
      { mode },
    );
    expect(text).not.toMatch(/hunter/);
    const msi = evidence.logs?.msi ?? [];
    const of = (file: string): string[] =>
      msi.filter((line) => line.file === file).map((line) => line.text);
    expect(new Set(msi.map(({ file }) => file))).toEqual(new Set(['a.log', 'b.log']));
    expect(of('a.log')).toEqual([
      'CustomAction RegisterDotNetHost returned actual error code 1603 PASSWORD=***',
      'Aktion beendet um 8:14:02: InstallExecute. Rückgabewert 3.',
      'MSI (s) (A4:B8) [08:14:03:123]: Produkt: Fabrikam -- Diese Anwendung benötigt .NET 8',
      'MSI (s) (A4:B8) [08:14:04:123]: MainEngineThread is returning 1603',
    ]);
    expect(of('b.log')).toEqual([
      'アクション終了 8:14:02: INSTALL。 戻り値 3。',
      'MSI (s) (A4:B8) [08:14:03:123]: 製品: Fabrikam -- エラー 1706。',
    ]);
    expect(evidence.logs?.thirdParty).toEqual([
      {
        time: '2024-02-14T04:25:01Z',
        level: 'error',
        file: 'dd_vcredist.log',
        text: 'Error 0x80070643: Failed to execute MSI package.',
      },
      {
        time: '2024-02-04T04:25:00Z',
        level: 'error',
        file: 'WUAHandler.log',
        text: 'OnSearchComplete - Failed to end search job. Error = 0x80244010.',
      },
    ]);
  });

  test('of Windows Update are read where they still are text', async () => {
    const log = {
      'WindowsUpdate.log':
        '2016-02-14\t04:25:00:123\t 900\ta1\tAgent\tWARNING: WU client failed Searching with error 0x80244010',
    };
    const old = changed({
      registry: {
        'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': {
          CurrentBuildNumber: '9600',
          InstallationType: 'Client',
        },
      },
    });
    const { evidence } = await read(log, {}, old);
    expect(evidence.logs?.windowsUpdate).toEqual([
      {
        time: '2016-02-14T04:25:00Z',
        level: 'error',
        text: 'Agent WARNING: WU client failed Searching with error 0x80244010',
      },
    ]);
    expect((await read(log)).evidence.logs?.windowsUpdate).toBeUndefined();
  });

  test('that are missing where every Windows has them are told, each for itself', async () => {
    const {
      'INF/setupapi.dev.log': _,
      'Temp/readme.txt': __,
      'Logs/CBS/CBS.log': ___,
      ...files
    } = FILES;
    const answer = await run(HEALTHY, { files });
    expect(answer.problems).toEqual([]);
    expect(sectionsOf(answer)).toEqual([
      'logs.cbs',
      'logs.setupapi',
      'logs.msi',
      'logs.thirdParty',
    ]);
    expect(answer.evidence.logs).toEqual({ dism: [], setup: [] });
  });

  test.each(MODES)('full of failures are cut, and together stay small in %s', async (mode) => {
    const many = (line: (n: number) => string): string =>
      Array.from({ length: 20_000 }, (_, n) => line(n)).join('\r\n');
    const dism = many(
      (n) => `2024-02-14 04:25:00, Error                 DISM   ${n} ${'x'.repeat(300)}`,
    );
    const burn = many((n) => `[1A2C:1F3C][2024-02-14T04:25:01]e000: ${n} ${'y'.repeat(300)}`);
    const msi = many((n) => `Action ended 8:14:02: Step${n}. Return value 3.`);
    const answer = await read(
      {
        'Logs/DISM/dism.log': dism,
        'Panther/setuperr.log': dism,
        'INF/setupapi.dev.log': many((n) => `!!!  dvi: ${n} ${'z'.repeat(300)}`),
        'Temp/burn.log': burn,
        ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`Temp/${n}.log`, wide(msi)])),
      },
      { mode },
    );
    expect(answer.text.length).toBeLessThan(80_000);
    expect(answer.evidence.collector?.truncated).toEqual(
      expect.arrayContaining(['logs.dism', 'logs.setup', 'logs.setupapi', 'logs.msi']),
    );
    expect(answer.evidence.collector?.durationMs).toBeLessThan(60_000);
    expect(answer.evidence.logs?.dism?.at(-1)?.text).toMatch(/^19999 x/);
  });
});

describe.skipIf(pwsh === '')('runtimes', () => {
  const PROGRAMS = 'Microsoft\\Windows\\CurrentVersion\\Uninstall';
  const VC = 'Microsoft\\VisualStudio\\14.0\\VC\\Runtimes';

  test.each(MODES)('of .NET and Visual C++ are read from both views in %s', async (mode) => {
    const { evidence, problems } = await run(
      changed({
        registry: {
          [`SOFTWARE\\${PROGRAMS}`]: {},
          [`SOFTWARE\\${PROGRAMS}\\{1}`]: { DisplayName: 'Visual C++ 入門', DisplayVersion: '1.0' },
          [`SOFTWARE\\${PROGRAMS}\\{2}`]: {},
          [`SOFTWARE\\WOW6432Node\\${PROGRAMS}`]: {},
          [`SOFTWARE\\WOW6432Node\\${PROGRAMS}\\{3}`]: {
            DisplayName: 'Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.40.33810',
            DisplayVersion: '14.40.33810.0',
          },
          [`SOFTWARE\\WOW6432Node\\${PROGRAMS}\\{4}`]: {
            DisplayName: 'Microsoft Visual C++ 2010  x64 Redistributable - 10.0.40219',
            DisplayVersion: '10.0.40219',
          },
          [`SOFTWARE\\${VC}\\x64`]: { Installed: 1, Major: 14, Minor: 40, Bld: 33_810 },
          [`SOFTWARE\\WOW6432Node\\${VC}\\x64`]: {
            Installed: 1,
            Major: 14,
            Minor: 40,
            Bld: 33_810,
          },
          [`SOFTWARE\\WOW6432Node\\${VC}\\x86`]: {
            Installed: 1,
            Major: 14,
            Minor: 29,
            Bld: 30_133,
          },
        },
      }),
      {
        mode,
        files: {
          ...FILES,
          '../Program Files/dotnet/shared/Microsoft.NETCore.App/6.0.36/a.dll': '',
          '../Program Files/dotnet/shared/Microsoft.WindowsDesktop.App/8.0.1/a.dll': '',
        },
      },
    );
    expect(problems).toEqual([]);
    expect(evidence.runtimes).toEqual({
      dotnetFrameworkRelease: 528_372,
      dotnet: ['Microsoft.NETCore.App 6.0.36', 'Microsoft.WindowsDesktop.App 8.0.1'],
      vcRedist: [
        {
          name: 'Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.40.33810',
          version: '14.40.33810.0',
        },
        {
          name: 'Microsoft Visual C++ 2010  x64 Redistributable - 10.0.40219',
          version: '10.0.40219',
        },
        { name: 'Microsoft Visual C++ 14 Redistributable (x86)', version: '14.29.30133.0' },
      ],
    });
  });

  test('that may not be seen are not called missing', async () => {
    const answer = await run(changed({ registry: { [`SOFTWARE\\${PROGRAMS}`]: 'denied' } }));
    expect(answer.evidence.runtimes).toEqual({ dotnetFrameworkRelease: 528_372, dotnet: [] });
    expect(sectionsOf(answer)).toEqual(['runtimes.vcRedist']);
  });
});

describe.skipIf(pwsh === '')('a PowerShell that is too old', () => {
  test('says so in a document', async () => {
    const answer = await run(HEALTHY, { edits: { 'Major -lt 3': 'Major -lt 99' } });
    expect(answer.problems).toEqual([]);
    expect(sectionsOf(answer)).toEqual(['collector']);
  });
});

describe.skipIf(pwsh === '')('what there is too much of is cut and said to be', () => {
  test.each(MODES)('50,000 failures in %s', async (mode) => {
    const event = (body: string): string =>
      eventXml({
        provider: 'Microsoft-Windows-WindowsUpdateClient',
        id: 20,
        at: '2024-02-15T05:24:00',
        body,
      });
    const many = event(
      eventData({ errorCode: '0x80070070', updateTitle: `@N@ ${'更新'.repeat(300)}` }),
    );
    const answer = await run(changed({ events: { System: { records: [many], repeat: 50_000 } } }), {
      mode,
    });
    expect(answer.problems).toEqual([]);
    expect(answer.text.length).toBeLessThan(256 * 1024);
    expect(answer.evidence.events?.length).toBeGreaterThan(30);
    expect(answer.evidence.collector?.truncated).toEqual(['events']);
  });

  test('equal events become one with a count, those of updates one a day', async () => {
    const failed = (at: string): string =>
      eventXml({
        provider: 'Microsoft-Windows-WindowsUpdateClient',
        id: 20,
        at,
        body: eventData({ errorCode: '0x80070070' }),
      });
    const search = (at: string): string =>
      eventXml({
        provider: 'Microsoft-Windows-WindowsUpdateClient',
        id: 25,
        at,
        body: eventData({ errorCode: '0x80072efd' }),
      });
    const { evidence } = await run(
      changed({
        events: {
          System: {
            records: [
              failed('2024-02-15T09:00:00'),
              failed('2024-02-15T05:00:00'),
              failed('2024-02-14T05:00:00'),
            ],
          },
          'Microsoft-Windows-WindowsUpdateClient/Operational': {
            records: [search('2024-02-15T09:00:00'), search('2024-02-14T09:00:00')],
          },
        },
      }),
    );
    const seen = evidence.events
      ?.filter(({ id }) => id === 20 || id === 25)
      .map(({ id, time, count }) => [id, time, count]);
    expect(seen).toEqual([
      [20, '2024-02-15T09:00:00Z', 2],
      [20, '2024-02-14T05:00:00Z', 1],
      [25, '2024-02-15T09:00:00Z', 2],
    ]);
  });

  test('daily definitions and Store apps do not drown the successes', async () => {
    const done = (updateTitle: string): string =>
      eventXml({
        provider: 'Microsoft-Windows-WindowsUpdateClient',
        id: 19,
        at: '2024-02-15T09:00:00',
        level: 4,
        body: eventData({ updateTitle }),
      });
    const definitions = [1, 2, 3, 4, 5].map((n) => done(`Definition KB2267602 (Version 1.${n})`));
    const { evidence } = await run(
      changed({
        events: {
          System: {
            records: [
              ...definitions,
              done('9WZDNCRFJBMP-Microsoft.WindowsStore'),
              done('Rollup (KB5034122)'),
            ],
          },
        },
      }),
    );
    expect(
      evidence.events?.filter(({ id }) => id === 19).map(({ data }) => data?.['updateTitle']),
    ).toEqual([
      'Definition KB2267602 (Version 1.1)',
      'Definition KB2267602 (Version 1.2)',
      'Definition KB2267602 (Version 1.3)',
      'Rollup (KB5034122)',
    ]);
  });

  test.each(MODES)('a CBS.log of 4 MB in %s', async (mode) => {
    const line = (n: number): string =>
      `2024-02-14 04:25:00, Error                 CBS    Failure ${n} \u00E9 [HRESULT = 0x80070070]`;
    const log = Array.from({ length: 55_000 }, (_, n) => line(n)).join('\r\n');
    const answer = await run(HEALTHY, { mode, files: { 'Logs/CBS/CBS.log': log } });
    expect(answer.problems).toEqual([]);
    expect(answer.evidence.logs?.cbs?.length).toBe(60);
    expect(answer.evidence.logs?.cbs?.at(-1)?.text).toBe('Failure 54999 é [HRESULT = 0x80070070]');
    expect(answer.evidence.collector?.truncated).toEqual(['logs.cbs']);
  });
});

describe.skipIf(pwsh === '')('the update source', () => {
  const policy = (au: object, more: object = {}, mdm: object = {}): World =>
    changed({
      registry: {
        [KEYS.policy]: more,
        [`${KEYS.policy}\\AU`]: au,
        'SOFTWARE\\Microsoft\\PolicyManager\\current\\device\\Update': mdm,
      },
    });

  test('without a policy is Microsoft, with deferrals Windows Update for Business', async () => {
    const { evidence } = await run(
      policy({}, {}, { DeferQualityUpdatesPeriodInDays: 7, TargetReleaseVersion: '22H2' }),
    );
    expect(evidence.windowsUpdate).toMatchObject({
      source: 'wufb',
      policy: { deferQualityDays: 7, targetReleaseVersionInfo: '22H2' },
    });
  });

  test('of a group policy wins over the same value of Intune', async () => {
    const { evidence } = await run(
      policy(
        { UseWUServer: 0, AUOptions: 4 },
        {
          WUServer: 'http://old:8530/',
          DeferQualityUpdatesPeriodInDays: 3,
          PauseQualityUpdatesStartTime: '2024-02-01',
        },
        { DeferQualityUpdatesPeriodInDays: 7 },
      ),
    );
    expect(evidence.windowsUpdate).toMatchObject({
      source: 'wufb',
      wsusServer: 'http://old:8530',
      policy: {
        useWUServer: 0,
        auOptions: 4,
        deferQualityDays: 3,
        pausedUntil: '2024-03-07T00:00:00Z',
      },
    });
    expect(evidence.network?.probes).toEqual([]);
  });

  const wsus = (url: string): World => policy({ UseWUServer: 1 }, { WUServer: url });

  test.each([
    ['ConfigMgr', {}, 'configMgr'],
    [
      'ConfigMgr that manages other things',
      { 'SOFTWARE\\Microsoft\\CCM': { CoManagementFlags: 8209 } },
      'wsus',
    ],
    ['ConfigMgr whose workloads are hidden', { 'SOFTWARE\\Microsoft\\CCM': 'denied' }, 'wsus'],
  ])('of a client of %s', async (_, keys, source) => {
    const world = wsus('http://127.0.0.1:9');
    const registry = {
      ...world.registry,
      'SYSTEM\\CurrentControlSet\\Services\\CcmExec': {},
      ...keys,
    };
    const { evidence, problems } = await run({ ...world, registry });
    expect(problems).toEqual([]);
    expect(evidence.windowsUpdate).toMatchObject({ source, wsusServer: 'http://127.0.0.1:9' });
  });

  test('WSUS is asked once, and what it answers is kept', async () => {
    await using server = await serve(503);
    const { evidence, problems } = await run(wsus(server.url));
    expect(problems).toEqual([]);
    expect(evidence.windowsUpdate).toMatchObject({ source: 'wsus', wsusServer: server.url });
    expect(evidence.network?.probes).toEqual([
      {
        target: `${server.url}/ClientWebService/client.asmx`,
        via: 'direct',
        resolved: true,
        connected: true,
        tls: 'notTried',
        status: 503,
        error: null,
      },
    ]);
    expect(server.asked).toEqual(['GET /ClientWebService/client.asmx']);
  });

  test('WSUS through a proxy is asked on both ways', async () => {
    await using server = await serve(407);
    const text = `http=${server.url.replace('http://', '')};https=b:1`;
    const bypass = '<local>';
    const count = (value: string): number[] => [
      value.length,
      0,
      0,
      0,
      ...Buffer.from(value, 'latin1'),
    ];
    const bytes = [0x18, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, ...count(text), ...count(bypass)];
    const world = wsus('http://127.0.0.1:9');
    const { evidence } = await run({
      ...world,
      registry: { ...world.registry, [KEYS.connections]: { WinHttpSettings: bytes } },
    });
    expect(evidence.network).toMatchObject({
      winHttpProxy: text,
      proxyBypass: bypass,
      probes: [
        {
          via: 'direct',
          resolved: true,
          connected: false,
          status: null,
          error: 'ECONNREFUSED',
          code: '0x80072EFD',
        },
        { via: 'proxy', resolved: null, connected: true, status: 407, error: null },
      ],
    });
  });

  test('WSUS is not asked in constrained language, and that is said', async () => {
    const answer = await run(wsus('http://127.0.0.1:9'), { mode: 'ConstrainedLanguage' });
    expect(answer.evidence.network?.probes).toBeUndefined();
    expect(answer.evidence.errors).toContainEqual({
      section: 'network.probes',
      hresult: '0x80131515',
      message: expect.any(String) as string,
    });
  });

  test('a malformed proxy setting is told, not guessed at', async () => {
    const answer = await run(
      changed({
        registry: {
          [KEYS.connections]: {
            WinHttpSettings: [
              0x18, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 255, 0, 0, 0, 65, 65, 65, 65, 65,
            ],
          },
        },
      }),
    );
    expect(sectionsOf(answer)).toEqual(['network.winHttpProxy']);
  });
});

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly string[];
}

async function serve(status: number): Promise<Server> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${new URL(request.url ?? '', 'http://x').pathname}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
