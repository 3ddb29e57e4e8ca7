/** What a Windows host answers to the cmdlets of the collector, as data for stage.ps1. */

/** `missing`, `denied`, `no-drive`, `unauthorized`, or an HRESULT: the cmdlet refuses in that way. */
export type Refusal = string;
export type Values = Readonly<Record<string, unknown>>;

export interface World {
  /** Below HKEY_LOCAL_MACHINE, or `HKU\...`. */
  readonly registry: Readonly<Record<string, Values | Refusal>>;
  /** What a key says that is not named; `missing` if left out. */
  readonly unnamed?: Refusal;
  /** By class; a text that starts with `@` is a time. */
  readonly cim: Readonly<Record<string, readonly Values[] | Values | Refusal>>;
  readonly events: Readonly<Record<string, Log | Refusal>>;
  /** By ProgID: history entries, dates, or an HRESULT as a signed number in text. */
  readonly com: Readonly<Record<string, readonly Values[] | Values | Refusal>>;
  /** Scheduled tasks, each with `info`, or a refusal of either. */
  readonly tasks: readonly Values[] | Refusal;
  /** By name, the lines a program prints, or its exit code as text. */
  readonly programs: Readonly<Record<string, readonly string[] | string>>;
  /** A 32-bit PowerShell on 64-bit Windows. */
  readonly wow64?: boolean;
}

export interface Log {
  readonly records: readonly string[];
  readonly enabled?: boolean;
  /** The first record so many times, `@N@` in it counting up. */
  readonly repeat?: number;
}

export interface EventParts {
  readonly provider: string;
  readonly id: number;
  readonly at: string;
  readonly level?: number;
  /** Inside the event, after System: EventData or UserData. */
  readonly body?: string;
  readonly qualifiers?: number;
}

export function eventXml({
  provider,
  id,
  at,
  level = 2,
  body = '',
  qualifiers,
}: EventParts): string {
  const number =
    qualifiers === undefined
      ? `<EventID>${id}</EventID>`
      : `<EventID Qualifiers='${qualifiers}'>${id}</EventID>`;
  return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${provider}'/>${number}<Level>${level}</Level><TimeCreated SystemTime='${at}.1234567Z'/><Computer>x</Computer></System>${body}</Event>`;
}

export function eventData(fields: Readonly<Record<string, string>>): string {
  const data = Object.entries(fields).map(
    ([name, value]) => `<Data Name='${name}'>${value}</Data>`,
  );
  return `<EventData>${data.join('')}</EventData>`;
}

const SERVICING = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';
const UPDATE = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate';
const COMPUTER = 'SYSTEM\\CurrentControlSet\\Control\\ComputerName';
export const KEYS = {
  servicing: SERVICING,
  update: UPDATE,
  rebootRequired: `${UPDATE}\\Auto Update\\RebootRequired`,
  dotnet: 'SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full',
  policy: 'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate',
  session: 'SYSTEM\\CurrentControlSet\\Control\\Session Manager',
  connections: 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\Connections',
} as const;

const SERVICES = [
  ['wuauserv', 'Stopped', 3],
  ['bits', 'Running', 2],
  ['TrustedInstaller', 'Stopped', 3],
  ['msiserver', 'Stopped', 3],
  ['CryptSvc', 'Running', 2],
  ['UsoSvc', 'Start Pending', 2],
  ['MpsSvc', 'Running', 4],
  ['dosvc', 'Running', 2],
  ['WaaSMedicSvc', 'Stopped', 3],
  ['RpcSs', 'Running', 2],
  ['AppReadiness', 'Stopped', 3],
  ['Schedule', 'Running', 2],
  ['EventLog', 'Running', 2],
  ['W32Time', 'Running', 3],
] as const;

const EFI = '{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}';
const RECOVERY = '{de94bba4-06d1-4d40-a16a-bfd50179d6ac}';

/** A German Windows 10 of everyday health, all of it readable. wlidsvc is not installed. */
export const HEALTHY: World = {
  registry: {
    [KEYS.dotnet]: { Release: 528_372 },
    'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': {
      CurrentBuildNumber: '19045',
      UBR: 3930,
      EditionID: 'Professional',
      InstallationType: 'Client',
    },
    'SYSTEM\\CurrentControlSet\\Control\\ProductOptions': { ProductType: 'WinNT' },
    'SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment': {
      PROCESSOR_ARCHITECTURE: 'AMD64',
    },
    'SYSTEM\\CurrentControlSet\\Control': { PEFirmwareType: 2 },
    'SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State': { UEFISecureBootEnabled: 1 },
    [KEYS.session]: { PendingFileRenameOperations: [] },
    'SYSTEM\\CurrentControlSet\\Services\\Netlogon': { Start: 2 },
    [`${COMPUTER}\\ActiveComputerName`]: { ComputerName: 'STAGE-01' },
    [`${COMPUTER}\\ComputerName`]: { ComputerName: 'STAGE-01' },
    [SERVICING]: {},
    [UPDATE]: { SusClientId: '07573538-1e5b-d865-ed9a-5f22a05916f5' },
    [`${SERVICING}\\Packages`]: {},
    [`${SERVICING}\\Packages\\Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.3930.1.9`]: {
      CurrentState: 112,
      InstallTimeHigh: 31_081_000,
      InstallTimeLow: -1_294_967_296,
    },
    [`${SERVICING}\\Packages\\Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.999.1.9`]: {
      CurrentState: 80,
    },
    [`${SERVICING}\\Packages\\Package_for_KB5034441~31bf3856ad364e35~amd64~~1.0`]: {
      CurrentState: 64,
      LastError: -2_147_024_784,
    },
    [KEYS.connections]: {
      WinHttpSettings: [0x18, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, ...Array<number>(8).fill(0)],
    },
    'HKU\\S-1-5-19': {},
    ...Object.fromEntries(
      SERVICES.map(([name, , start]) => [
        `SYSTEM\\CurrentControlSet\\Services\\${name}`,
        { Start: start, ...(name === 'bits' && { DelayedAutostart: 1 }) },
      ]),
    ),
  },
  cim: {
    Win32_OperatingSystem: [
      {
        Caption: 'Microsoft Windows 10 Pro ',
        LastBootUpTime: '@2024-02-13T01:23:00Z',
        MUILanguages: ['de-DE'],
        FreeVirtualMemory: 5_288_928,
      },
    ],
    SoftwareLicensingProduct: [{ Name: 'Windows(R), Client-ESU-Year1', LicenseStatus: 1 }],
    MSFT_Partition: [
      {
        AccessPaths: ['\\\\?\\Volume{1}\\'],
        GptType: EFI,
        MbrType: null,
        IsActive: null,
        Size: 104_857_600,
        Offset: 1_048_576,
      },
      {
        AccessPaths: ['C:\\', '\\\\?\\Volume{2}\\'],
        GptType: '{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}',
        MbrType: null,
        IsActive: null,
        Size: 254_476_812_288,
        Offset: 122_683_392,
      },
      {
        AccessPaths: ['\\\\?\\Volume{3}\\'],
        GptType: RECOVERY,
        MbrType: null,
        IsActive: null,
        Size: 554_696_704,
        Offset: 254_600_000_000,
      },
    ],
    Win32_Volume: [
      {
        DeviceID: '\\\\?\\Volume{2}\\',
        DriveLetter: 'C:',
        Capacity: 254_476_812_288,
        FreeSpace: 47_158_740_910,
        FileSystem: 'NTFS',
        DirtyBitSet: false,
      },
      {
        DeviceID: '\\\\?\\Volume{1}\\',
        DriveLetter: null,
        Capacity: 100_663_296,
        FreeSpace: 65_011_712,
        FileSystem: 'FAT32',
        DirtyBitSet: null,
      },
      {
        DeviceID: '\\\\?\\Volume{3}\\',
        DriveLetter: null,
        Capacity: 554_692_608,
        FreeSpace: 87_031_808,
        FileSystem: 'NTFS',
        DirtyBitSet: false,
      },
    ],
    Win32_Service: SERVICES.map(([Name, State]) => ({ Name, State, ExitCode: 0 })),
    Win32_QuickFixEngineering: [
      { HotFixID: 'KB5034122', InstalledOn: '@2024-01-15T00:00:00' },
      { HotFixID: 'KB5033372', InstalledOn: '12/17/2023' },
      { HotFixID: 'KB5011048', InstalledOn: '' },
      { HotFixID: 'File 1', InstalledOn: '' },
    ],
    Win32_Process: [
      {
        Name: 'msiexec.exe',
        ProcessId: 14_700,
        ParentProcessId: 900,
        CreationDate: '@2024-02-15T05:00:00Z',
        CommandLine:
          'C:\\Windows\\System32\\msiexec.exe /i "a b.msi" ADMINPASSWORD="hunter two" TOKEN=abc /qn',
      },
      { Name: 'CcmExec.exe', ProcessId: 900, ParentProcessId: 4, CommandLine: '' },
    ],
    Win32_ComputerSystem: [
      { Manufacturer: 'LENOVO', Model: '20XW00FAGE', TotalPhysicalMemory: 17_179_869_184 },
    ],
    Win32_Battery: [{ BatteryStatus: 1, EstimatedChargeRemaining: 37 }],
    Win32_Tpm: [{ SpecVersion: '2.0, 0, 1.38' }],
    AntiVirusProduct: [{ displayName: 'Windows Defender', productState: 397_568 }],
    MSFT_MpComputerStatus: [{ AMServiceEnabled: true, RealTimeProtectionEnabled: true }],
    MSFT_MpPreference: [{ EnableControlledFolderAccess: 0 }],
    Win32_DeviceGuard: [{ UsermodeCodeIntegrityPolicyEnforcementStatus: 0 }],
    Win32_EncryptableVolume: [{ DriveLetter: 'C:', ProtectionStatus: 1, ConversionStatus: 1 }],
  },
  events: {
    System: {
      records: [
        eventXml({
          provider: 'Microsoft-Windows-WindowsUpdateClient',
          id: 20,
          at: '2024-02-15T05:24:00',
          body: eventData({
            errorCode: '0x80070070',
            updateTitle: '2024-02 Kumulatives Update f\u00FCr Windows 10 \u66F4\u65B0 (KB5034763)',
            updateGuid: '{11f47b2a-fa58-3940-55f0-6f54b5fee10c}',
            updateRevisionNumber: '202',
          }),
        }),
        eventXml({
          provider: 'Service Control Manager',
          id: 7031,
          at: '2024-02-14T05:00:00',
          qualifiers: 49_152,
          body: "<EventData><Data Name='param1'>Windows-Update</Data><Data Name='param2'>1</Data><Binary>7700750061007500730065007200760000</Binary></EventData>",
        }),
        eventXml({
          provider: 'disk',
          id: 51,
          at: '2024-02-14T04:00:00',
          body: '<EventData><Data>\\Device\\Harddisk0\\DR0</Data><Binary>0300</Binary></EventData>',
        }),
      ],
    },
    Setup: {
      records: [
        eventXml({
          provider: 'Microsoft-Windows-Servicing',
          id: 3,
          at: '2024-02-14T04:21:00',
          body: "<UserData><CbsPackageChangeState xmlns='http://x'><PackageIdentifier>KB5034763</PackageIdentifier><IntendedPackageState>5112</IntendedPackageState><ErrorCode>0x80070070</ErrorCode><IntendedPackageStateTextized/></CbsPackageChangeState></UserData>",
        }),
      ],
    },
    'Microsoft-Windows-Bits-Client/Operational': {
      records: [
        eventXml({
          provider: 'Microsoft-Windows-Bits-Client',
          id: 61,
          at: '2024-02-14T04:21:00',
          body: eventData({
            hr: '2149122457',
            bytesTransferred: '0',
            name: 'bad\u0001 char &#x2;',
          }),
        }),
      ],
    },
  },
  tasks: [
    {
      TaskPath: '\\Microsoft\\Windows\\UpdateOrchestrator\\',
      TaskName: 'Schedule Scan',
      Settings: { Enabled: true },
      info: { LastRunTime: '@2024-02-15T04:00:00Z', LastTaskResult: 0, NumberOfMissedRuns: 0 },
    },
    { TaskPath: '\\Microsoft\\Windows\\Chkdsk\\', TaskName: 'ProactiveScan', info: 'denied' },
  ],
  programs: {
    'fltmc.exe': [
      '',
      'Filtername                     Anzahl der Instanzen    Höhe         Frame',
      '------------------------------  -------------  ------------  -----',
      'bindflt                                 1       409800         0',
      'WdFilter                                5       328010         0',
      'SophosED                                6       328420.5       0',
      'Wof                                     3        40700         0',
    ],
  },
  com: {
    'Microsoft.Update.Session': [
      {
        Date: '@2024-02-15T05:24:00',
        Operation: 1,
        ResultCode: 4,
        HResult: -2_147_024_784,
        UnmappedResultCode: 0,
        Title: '2024-02 Kumulatives Update (KB5034763)',
        UpdateIdentity: { UpdateID: '11f47b2a-fa58-3940-55f0-6f54b5fee10c', RevisionNumber: 202 },
        ClientApplicationID: 'UpdateOrchestrator',
      },
    ],
    'Microsoft.Update.AutoUpdate': {
      LastSearchSuccessDate: '@2024-02-15T04:00:00',
      LastInstallationSuccessDate: '@1899-12-30T00:00:00',
    },
  },
};
