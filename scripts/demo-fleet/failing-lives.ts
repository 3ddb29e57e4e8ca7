/** Lives that end in a cause on the host itself. Each returns what sets its host apart from an orderly one. */
import type { Actor } from './actor.ts';
import { ago, later, MORNING } from './clock.ts';
import type { Instant } from './clock.ts';
import type { Life } from './life.ts';
import { rollupPackage } from './products.ts';
import { startModeChanged } from './traces.ts';
import {
  cumulative,
  definition,
  DONE,
  dotnet,
  nightAfter,
  recoveryUpdate,
  RESTART_DUE,
  retries,
  revisionOf,
  routine,
  update,
} from './updates.ts';
import type { Attempt } from './updates.ts';
import { words } from './words.ts';

function newest(attempts: readonly Attempt[]): Instant {
  return (
    attempts
      .map(({ at }) => at)
      .toSorted()
      .at(-1) ?? MORNING
  );
}

export function diskFull(actor: Actor, tries = actor.chance.between(2, 3)): Life {
  const { chance, product } = actor;
  // Some fill up while staging, some are told beforehand that the room will not do.
  const code = chance.happens(75) ? '0x80070070' : '0x800F0828';
  const failed = retries(actor, cumulative(actor, '2026-11'), code, { tries, lastDay: 7 });
  const last = newest(failed);
  const name = rollupPackage(product, revisionOf(product, '2026-11'));
  const reason =
    code === '0x80070070'
      ? '[HRESULT = 0x80070070 - ERROR_DISK_FULL]'
      : '[HRESULT = 0x800f0828 - CBS_E_INSUFFICIENT_DISK_SPACE]';
  const freeGiB = chance.between(14, 175) / 100;
  return {
    attempts: [...routine(actor, '2026-10', [10, 26]), ...failed],
    space: { sizeGiB: actor.group === 'servers' ? 79 : chance.pick([59, 118]), freeGiB },
    events: [
      {
        log: 'System',
        provider: 'srv',
        id: 2013,
        level: 3,
        time: later(last, { minutes: -chance.between(1, 90) }),
        data: { param1: 'C:' },
      },
    ],
    cbs: [
      {
        time: later(last, { minutes: -3 }),
        text: `Failed to stage item[${chance.between(300, 4200)}] in package: ${name} ${reason}`,
      },
      {
        time: later(last, { minutes: -2 }),
        text: `Failed to process single phase execution. ${reason}`,
      },
    ],
    ...(chance.happens(35) && {
      extra: { audit: { lastPatchError: 'DiskFull', auditDate: later(last, { minutes: 40 }) } },
    }),
  };
}

export function recoveryPartitionSmall(actor: Actor): Life {
  const { chance } = actor;
  const tries = chance.between(2, 3);
  const failed = retries(actor, recoveryUpdate(actor), '0x80070643', { tries });
  return {
    attempts: [...routine(actor, '2026-11'), ...failed],
    space: {
      recoverySizeMiB: chance.pick([499, 522, 529, 554]),
      recoveryFreeMiB: chance.between(61, 188),
    },
    events: failed.map(({ at }) => ({
      log: 'System',
      provider: 'Microsoft-Windows-WinREAgent',
      id: 4502,
      level: 2,
      time: later(at, { minutes: -chance.between(1, 3) }),
      data: { ErrorPhase: 2, ErrorCode: '0x80070070' },
    })),
  };
}

export function restartDue(actor: Actor): Life {
  const { chance, group, now } = actor;
  const installedAt = nightAfter(actor, '2026-11', chance.between(2, 6));
  const attempts: Attempt[] = [
    ...routine(actor, '2026-10'),
    { at: installedAt, update: cumulative(actor, '2026-11'), hresult: RESTART_DUE },
  ];
  // What comes next is turned away until the restart.
  if (chance.happens(40)) {
    attempts.push(
      ...retries(actor, dotnet(actor, '2026-11'), '0x80240016', { tries: 1, lastDay: 7 }),
    );
  }
  return {
    attempts,
    lastBoot: ago(now, chance, 9 * 24, 19 * 24),
    reboot: {
      cbs: true,
      packagesPending: true,
      windowsUpdate: true,
      pendingXml: chance.happens(50),
      ...(group === 'office' && {
        pendingFileRename: ['C:\\Program Files\\Google\\Chrome\\Temp\\scoped_dir5120_31'],
      }),
    },
  };
}

/** What a policy with the aim of faster tills did to four of them, on one morning. */
export function servicesSwitchedOff(actor: Actor): Life {
  const { chance, locale } = actor;
  const { disabled, manual, orchestrator } = words(locale);
  const policyRun = later('2026-10-29T05:12:00Z', { seconds: chance.between(0, 900) });
  const lastBoot = ago(actor.now, chance, 2, 26);
  const off = { state: 'stopped', startMode: 'disabled', win32ExitCode: 1058 } as const;
  return {
    attempts: routine(actor, '2026-10', null),
    lastBoot,
    lastScanSuccess: later(policyRun, { hours: -chance.between(3, 20) }),
    services: [
      { name: 'wuauserv', ...off },
      { name: 'UsoSvc', ...off },
    ],
    events: [
      startModeChanged(policyRun, manual, disabled),
      {
        log: 'System',
        provider: 'Service Control Manager',
        id: 7000,
        level: 2,
        time: later(lastBoot, { minutes: 2 }),
        data: { param1: orchestrator, param2: '%%1058', service: 'UsoSvc' },
      },
    ],
    extra: {
      tasks: [
        {
          path: '\\Aurelia\\Kassen-Tuning',
          enabled: true,
          lastRun: later(lastBoot, { minutes: 5 }),
          lastResult: '0x00000000',
          missedRuns: 0,
        },
      ],
    },
  };
}

/** A damaged store, and the package whose files are gone. */
export function storeCorrupt(actor: Actor): Life {
  const { chance, product } = actor;
  const november = cumulative(actor, '2026-11');
  const [first] = retries(actor, november, '0x800F0831', { tries: 1, lastDay: 5 });
  const again = retries(actor, november, '0x80073701', { tries: 1, lastDay: 7 });
  const last = newest(again);
  const feature = product.kind === 'server' ? 'DhcpServerRole' : 'Printing-XPSServices';
  const version = `10.0.${product.baseBuild}.${revisionOf(product, '2026-09')}`;
  const damaged = `Microsoft-Windows-${feature}-Package~31bf3856ad364e35~amd64~~${version}`;
  return {
    attempts: [...routine(actor, '2026-10'), ...(first ? [first] : []), ...again],
    lastBoot: ago(actor.now, chance, 30, 60),
    storeHealth: 'repairable',
    cbs: [
      {
        time: later(last, { minutes: -3 }),
        text: `Failed to pin deployment while resolving Update: ${damaged} from file: (null) [HRESULT = 0x80073701 - ERROR_SXS_ASSEMBLY_MISSING]`,
      },
      {
        time: later(last, { minutes: -2 }),
        text: `Failed to resolve package '${damaged}' [HRESULT = 0x800f0831 - CBS_E_STORE_CORRUPTION]`,
      },
    ],
  };
}

/** A silent set-up that waits for a window nobody can see holds Windows Installer since last evening. */
export function installerBusy(actor: Actor): Life {
  const { chance, now } = actor;
  const startedAt = ago(now, chance, 9, 10);
  const runtime = update('KB5991171', '2026-11 .NET 10.0.9 Security Update for x64 Client');
  const commandLine = 'msiexec.exe /i "C:\\ProgramData\\Aurelia\\EtikettenDruck-7.2.msi" /qn';
  const holder = { name: 'msiexec.exe', startedAt, commandLine };
  return {
    attempts: [
      ...routine(actor, '2026-11'),
      { at: ago(now, chance, 5, 6), update: runtime, hresult: '0x80070652' },
      { at: ago(now, chance, 1, 2), update: runtime, hresult: '0x80070652' },
    ],
    lastBoot: ago(now, chance, 26, 40),
    events: [
      {
        log: 'Application',
        provider: 'MsiInstaller',
        id: 1040,
        level: 4,
        time: startedAt,
        data: { param1: 'C:\\ProgramData\\Aurelia\\EtikettenDruck-7.2.msi', param2: '9120' },
      },
    ],
    extra: {
      installer: { inProgress: true, holder: commandLine },
      processes: [
        { ...holder, pid: 9120, parent: 'powershell.exe' },
        { ...holder, pid: 9344, parent: 'services.exe' },
      ],
    },
  };
}

/** A code that says no more than "unexpected", and no line anywhere that says more. */
export function unexplained(actor: Actor): Life {
  const failed = retries(actor, cumulative(actor, '2026-11'), '0x8000FFFF', { tries: 3 });
  return { attempts: [...routine(actor, '2026-10'), ...failed] };
}

/** Nothing fails and nothing comes: the version has had its last update. */
export function endOfLife(actor: Actor): Life {
  const { chance, now, product } = actor;
  const months = (['2025-10', '2025-11'] as const).filter((month) => month in product.revisions);
  const last = months.map((month) => ({
    at: nightAfter(actor, month, 3),
    update: cumulative(actor, month),
    hresult: DONE,
  }));
  const definitions = definition(actor, '1.441.611.0');
  return {
    attempts: [
      ...last.slice(-1),
      { at: ago(now, chance, 5, 26), update: definitions, hresult: DONE },
    ],
    lastBoot: ago(now, chance, 2, 30),
    windowsUpdate: { applicable: [] },
  };
}
