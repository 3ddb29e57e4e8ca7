/** `windowsUpdate`: policies of group policy and Intune, pauses, the client's id; on old Windows the last good times. */
import type { Collected } from '../../core/evidence.ts';
import { Parts, type Question } from './question.ts';
import { type Key, numberIn, readBelow, readKey, regQuery, textIn } from './registry.ts';

type Update = NonNullable<Collected['windowsUpdate']>;
type Policy = NonNullable<Update['policy']>;

const CLIENT = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate`;
const GROUP_POLICY = [
  String.raw`HKLM\SOFTWARE\Policies\Microsoft\Windows`,
  String.raw`HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`,
  String.raw`HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU`,
];
const INTUNE = [
  String.raw`HKLM\SOFTWARE\Microsoft\PolicyManager\current\device`,
  String.raw`HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\Update`,
];
const SETTINGS = [
  String.raw`HKLM\SOFTWARE\Microsoft\WindowsUpdate\UX`,
  String.raw`HKLM\SOFTWARE\Microsoft\WindowsUpdate\UX\Settings`,
];
const RESULTS = [
  String.raw`${CLIENT}\Auto Update`,
  String.raw`${CLIENT}\Auto Update\Results`,
  String.raw`${CLIENT}\Auto Update\Results\Detect`,
  String.raw`${CLIENT}\Auto Update\Results\Install`,
];
/** From here on Intune and the settings page exist, and the client keeps its results elsewhere. */
const WINDOWS_10 = 10_240;

// Our words, and the values where these are called otherwise (learn.microsoft.com, "Manage additional Windows Update settings").
const NUMBERS: readonly (readonly [keyof Policy, string])[] = [
  ['useWUServer', 'UseWUServer'],
  ['noAutoUpdate', 'NoAutoUpdate'],
  ['auOptions', 'AUOptions'],
  ['disableWindowsUpdateAccess', 'DisableWindowsUpdateAccess'],
  ['doNotConnectToWindowsUpdateInternetLocations', 'DoNotConnectToWindowsUpdateInternetLocations'],
  ['disableDualScan', 'DisableDualScan'],
  ['deferQualityDays', 'DeferQualityUpdatesPeriodInDays'],
  ['deferFeatureDays', 'DeferFeatureUpdatesPeriodInDays'],
  ['targetReleaseVersion', 'TargetReleaseVersion'],
  ['qualityUpdateSource', 'SetPolicyDrivenUpdateSourceForQualityUpdates'],
  ['featureUpdateSource', 'SetPolicyDrivenUpdateSourceForFeatureUpdates'],
  ['alwaysAutoRebootAtScheduledTime', 'AlwaysAutoRebootAtScheduledTime'],
  ['noAutoRebootWithLoggedOnUsers', 'NoAutoRebootWithLoggedOnUsers'],
];

export const windowsUpdate: Question = {
  section: 'windowsUpdate',
  commands: [CLIENT, ...GROUP_POLICY, ...INTUNE, ...SETTINGS, ...RESULTS].map(regQuery),
  read(answers, { build = 0 }) {
    const [client, ...rest] = answers;
    const groupPolicy = rest.slice(0, 3);
    const parts = new Parts();
    const susClientId = parts.read(
      'windowsUpdate.susClientId',
      () => textIn(readKey(client, CLIENT), 'SusClientId') ?? null,
    );
    const group = parts.read('windowsUpdate.policy', () => ({
      main: readBelow(groupPolicy, GROUP_POLICY.slice(0, 2)),
      automatic: readBelow(groupPolicy, GROUP_POLICY),
    }));
    const isNew = build >= WINDOWS_10;
    const below = (section: string, from: number, paths: readonly string[]): Key | undefined =>
      parts.read(section, () => readBelow(rest.slice(from, from + paths.length), paths));
    const intune = isNew ? below('windowsUpdate.policy.intune', 3, INTUNE) : undefined;
    const settings = isNew ? below('windowsUpdate.policy.pause', 5, SETTINGS) : undefined;
    const update: Update = {
      ...(group && policyOf({ ...group, intune, settings })),
      ...(susClientId !== undefined && { susClientId }),
      ...(!isNew && lastTimes(rest.slice(7))),
      // Nothing was searched for.
      scan: { mode: 'none' },
    };
    const isTold = group !== undefined || susClientId !== undefined;
    return { evidence: isTold ? { windowsUpdate: update } : {}, errors: parts.errors };
  },
};

interface PolicyKeys {
  readonly main: Key | undefined;
  readonly automatic: Key | undefined;
  readonly intune: Key | undefined;
  readonly settings: Key | undefined;
}

function policyOf(keys: PolicyKeys): Pick<Update, 'policy' | 'source' | 'wsusServer'> {
  const { main, automatic, intune, settings } = keys;
  // The group policy wins over the same value of Intune.
  const numbers = NUMBERS.flatMap(([word, name]) => {
    const value = [automatic, main, intune]
      .map((key) => numberIn(key, name))
      .find((number) => number !== undefined);
    return value === undefined ? [] : [[word, value] as const];
  });
  // Intune has the release itself under the name of the group policy's switch.
  const intuneRelease = /^\w{2,}/.exec(textIn(intune, 'TargetReleaseVersion') ?? '')?.input;
  const release =
    textIn(main, 'TargetReleaseVersionInfo') ??
    textIn(intune, 'TargetReleaseVersionInfo') ??
    (numberIn(intune, 'TargetReleaseVersion') === undefined ? intuneRelease : undefined);
  const product = textIn(main, 'ProductVersion') ?? textIn(intune, 'ProductVersion');
  const pausedUntil = pauseOf(main, settings);
  const policy: Policy = {
    ...Object.fromEntries(numbers),
    ...(release !== undefined && { targetReleaseVersionInfo: release }),
    ...(product !== undefined && { productVersion: product }),
    ...(pausedUntil !== undefined && { pausedUntil }),
  };
  const groupServer = textIn(main, 'WUServer');
  const server = (groupServer ?? textIn(intune, 'UpdateServiceUrl'))?.replace(/\/+$/, '') ?? null;
  const isBusiness =
    policy.qualityUpdateSource === 0 ||
    [policy.deferQualityDays, policy.deferFeatureDays, release].some((one) => one !== undefined);
  const isWsus =
    server !== null &&
    (policy.useWUServer === 1 || groupServer === undefined) &&
    policy.qualityUpdateSource !== 0;
  const source = isWsus ? 'wsus' : isBusiness ? 'wufb' : 'microsoft';
  return { source, wsusServer: server, policy };
}

const DAY = 86_400_000;
/** A pause by policy (learn.microsoft.com, "Configure Windows Update client policies"). */
const PAUSE_DAYS = 35;

function pauseOf(main: Key | undefined, settings: Key | undefined): string | undefined {
  const until = ['PauseQualityUpdatesEndTime', 'PauseUpdatesExpiryTime']
    .map((name) => textIn(settings, name) ?? '')
    .find((text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text));
  if (until !== undefined) return until;
  const [day] = /^\d{4}-\d\d-\d\d/.exec(textIn(main, 'PauseQualityUpdatesStartTime') ?? '') ?? [];
  const start = day === undefined ? Number.NaN : Date.parse(day);
  return Number.isNaN(start) ? undefined : timeText(start + PAUSE_DAYS * DAY);
}

/** `LastSuccessTime` of Windows 7 to 8.1, in UTC. What is not there says nothing: not "never". */
function lastTimes(
  answers: Parameters<typeof readBelow>[0],
): Pick<Update, 'lastScanSuccess' | 'lastInstallSuccess'> {
  const [automatic, results, detect, install] = answers;
  const timeOf = (last: typeof automatic, path: string): string | undefined => {
    const key = new Parts().read('', () =>
      readBelow([automatic, results, last], [...RESULTS.slice(0, 2), path]),
    );
    const text = textIn(key, 'LastSuccessTime') ?? '';
    if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
    const time = Date.parse(`${text.replace(' ', 'T')}Z`);
    return Number.isNaN(time) ? undefined : timeText(time);
  };
  const scan = timeOf(detect, RESULTS[2] ?? '');
  const installed = timeOf(install, RESULTS[3] ?? '');
  return {
    ...(scan !== undefined && { lastScanSuccess: scan }),
    ...(installed !== undefined && { lastInstallSuccess: installed }),
  };
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
