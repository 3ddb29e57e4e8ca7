/** Healthy lives: orderly ones, and look-alikes that a plain look-up of the last code would accuse. */
import type { Actor } from './actor.ts';
import { ROMA_PROXY } from './actor.ts';
import { ago, later, released } from './clock.ts';
import type { Life } from './life.ts';
import { scanFailed, startModeChanged } from './traces.ts';
import { cumulative, definition, longRoutine, nightAfter, retries, routine } from './updates.ts';
import { words } from './words.ts';

export function orderly(actor: Actor): Life {
  const { chance, now } = actor;
  return {
    attempts: chance.happens(50) ? longRoutine(actor) : routine(actor, '2026-11'),
    lastScanSuccess: ago(now, chance, 1, 18),
    ...(chance.happens(40) && { windowsUpdate: { applicable: [] } }),
  };
}

/** Out of space a week ago; room was made and the same update went in. The audit script still says otherwise. */
export function diskFullOnce(actor: Actor): Life {
  const november = cumulative(actor, '2026-11');
  const attempts = routine(actor, '2026-11').filter(({ update }) => update.kb !== november.kb);
  const failed = retries(actor, november, '0x80070070', { tries: 2, lastDay: 4 });
  const at = nightAfter(actor, '2026-11', 6);
  return {
    attempts: [...attempts, ...failed, { at, update: november, hresult: '0x00000000' }],
    lastBoot: later(at, { minutes: 31 }),
    space: { sizeGiB: 118, freeGiB: 31.4 },
    extra: { audit: { lastPatchError: 'DiskFull', auditDate: '2026-11-14T05:40:00Z' } },
  };
}

/** September's update failed for good, October's replaced it and is in. */
export function supersededSince(actor: Actor): Life {
  const { chance } = actor;
  const september = cumulative(actor, '2026-09');
  const failed = [3, 4].map((days) => ({
    at: nightAfter(actor, '2026-09', days),
    update: september,
    hresult: '0x80073712',
  }));
  return {
    attempts: [...routine(actor, '2026-11'), ...failed],
    lastScanSuccess: ago(actor.now, chance, 1, 9),
  };
}

export function definitionHiccup(actor: Actor): Life {
  const { chance, now } = actor;
  const attempt = {
    at: ago(now, chance, 28, 34),
    update: definition(actor, `1.441.${chance.between(10, 19)}.0`),
    hresult: '0x80070643',
  };
  return { attempts: [...routine(actor, '2026-11'), attempt] };
}

export function printerLeftovers(actor: Actor): Life {
  return {
    attempts: routine(actor, '2026-11'),
    reboot: {
      pendingFileRename: [
        'C:\\Windows\\System32\\spool\\V4Dirs\\5E7A2\\merged.ppd',
        'C:\\Windows\\system32\\spool\\DRIVERS\\x64\\3\\Old\\1\\hpmdp217.dll',
      ],
    },
  };
}

/** Lines that look like failures and end well. */
export function harmlessLines(actor: Actor): Life {
  const attempts = routine(actor, '2026-11');
  const at = later(released('2026-11'), { days: 2, hours: 8 });
  return {
    attempts,
    cbs: [
      {
        time: at,
        text: 'Failed setting restore point [HRESULT = 0x80070422 - ERROR_SERVICE_DISABLED]',
      },
      {
        time: later(at, { minutes: 1 }),
        text: 'Failed to move \\\\?\\C:\\Windows\\CbsTemp\\31270522_1442 [HRESULT = 0x80070020 - ERROR_SHARING_VIOLATION]',
      },
      {
        time: later(at, { minutes: 2 }),
        text: 'Session: 31270522_1442 finalized. Reboot required: no [HRESULT = 0x00000000 - S_OK]',
      },
    ],
  };
}

/** Switched off by the same policy as the four tills, and back on two days later. */
export function switchedBackOn(actor: Actor): Life {
  const { disabled, manual } = words(actor.locale);
  return {
    attempts: routine(actor, '2026-11'),
    lastScanSuccess: ago(actor.now, actor.chance, 1, 9),
    events: [
      startModeChanged('2026-10-29T05:14:22Z', manual, disabled),
      startModeChanged('2026-10-31T08:47:09Z', disabled, manual),
    ],
  };
}

/** Roma's proxy lets those through that stand on its list. */
export function proxyWorks(actor: Actor): Life {
  return {
    attempts: routine(actor, '2026-11'),
    lastScanSuccess: ago(actor.now, actor.chance, 1, 9),
    network: {
      winHttpProxy: ROMA_PROXY,
      proxyBypass: '*.aurelia.example',
      metered: false,
      tls12Client: true,
      probes: [
        {
          target: 'https://fe3.delivery.mp.microsoft.com',
          via: 'proxy',
          resolved: true,
          connected: true,
          tls: 'ok',
          status: 200,
          error: null,
        },
      ],
    },
  };
}

/** Little room, yet everything goes in. */
export function tightDisk(actor: Actor): Life {
  return {
    attempts: routine(actor, '2026-11'),
    space: { sizeGiB: 59, freeGiB: actor.chance.between(52, 88) / 10 },
  };
}

/** One search failed yesterday, when the line was down for minutes. */
export function searchHiccup(actor: Actor): Life {
  const { chance, now } = actor;
  return {
    attempts: routine(actor, '2026-11'),
    lastScanSuccess: ago(now, chance, 1, 5),
    events: [scanFailed(actor, ago(now, chance, 15, 22), '0x80072EE2')],
  };
}

/** The licence query gave no answer, but extended updates arrive. */
export function licenceUnknown(actor: Actor): Life {
  return { ...orderly(actor), esuLicensed: null };
}

/** The new Secure Boot certificates are not in yet: true of most hosts, and no failure. */
export function certificatesOld(actor: Actor): Life {
  return {
    attempts: routine(actor, '2026-11'),
    events: [
      {
        log: 'System',
        provider: 'Microsoft-Windows-TPM-WMI',
        id: 1801,
        level: 2,
        time: ago(actor.now, actor.chance, 2, 12),
        count: 4,
        data: {},
      },
    ],
  };
}

/** The print spooler fell over; nobody's updates did. */
export function spoolerCrashed(actor: Actor): Life {
  return {
    attempts: routine(actor, '2026-11'),
    clockSkewSeconds: 41.7,
    events: [
      {
        log: 'System',
        provider: 'Service Control Manager',
        id: 7031,
        level: 2,
        time: ago(actor.now, actor.chance, 40, 90),
        data: { param1: words(actor.locale).spooler, param2: '1' },
      },
    ],
  };
}
