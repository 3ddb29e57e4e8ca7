/** Lives whose search for updates fails or is held back: the way, the clock, the policy. */
import type { Actor } from './actor.ts';
import { ROMA_PROXY } from './actor.ts';
import { ago, later, released } from './clock.ts';
import type { Life, Probe } from './life.ts';
import { scanFailed } from './traces.ts';
import { cumulative, routine } from './updates.ts';

/** The evening before, at 21:14 UTC, the application pool of Milano's WSUS server stopped. */
const POOL_STOPPED = '2026-11-17T21:14:00Z';

export function wsusDown(actor: Actor): Life {
  const { chance, ring } = actor;
  const firstFailed = later(POOL_STOPPED, { minutes: chance.between(1, 45) });
  const lastFailed = later('2026-11-18T05:02:00Z', { minutes: chance.between(0, 94) });
  const unavailable = scanFailed(actor, lastFailed, '0x80244022', chance.between(2, 6));
  return {
    attempts: routine(actor, ring === 'pilot' ? '2026-11' : '2026-10', [10, 30]),
    lastScanSuccess: later(POOL_STOPPED, { minutes: -chance.between(5, 900) }),
    // While the pool was going down some got a 500 first.
    events: chance.happens(35)
      ? [unavailable, scanFailed(actor, firstFailed, '0x8024401F')]
      : [unavailable],
    wsusStatus: 503,
  };
}

/** The proxy answers in place of the target. */
function logonWanted(target: string): Probe {
  return {
    target,
    via: 'proxy',
    resolved: true,
    connected: true,
    tls: 'notTried',
    status: 407,
    error: null,
  };
}

/** Since the 12th the proxy of Roma wants a log-on of everybody not on its list, and SYSTEM has none. */
export function proxyWantsLogon(actor: Actor): Life {
  const { chance, now } = actor;
  return {
    attempts: routine(actor, '2026-10', null),
    lastScanSuccess: later('2026-11-12T07:30:00Z', { minutes: -chance.between(10, 1200) }),
    events: [scanFailed(actor, ago(now, chance, 0.2, 4), '0x8024401B', chance.between(14, 60))],
    network: {
      winHttpProxy: ROMA_PROXY,
      proxyBypass: '*.aurelia.example',
      metered: false,
      tls12Client: true,
      probes: [
        logonWanted('https://fe3.delivery.mp.microsoft.com'),
        logonWanted('http://download.windowsupdate.com'),
        {
          target: 'http://download.windowsupdate.com',
          via: 'direct',
          resolved: true,
          connected: false,
          tls: 'notTried',
          status: null,
          error: 'ETIMEDOUT',
        },
      ],
    },
  };
}

/** The battery on the board is empty: a day and two hours behind. */
export function clockBehind(actor: Actor): Life {
  const { chance, now } = actor;
  return {
    attempts: routine(actor, '2026-10', null),
    lastScanSuccess: ago(now, chance, 6 * 24, 7 * 24),
    clockSkewSeconds: -93_741.6,
    events: [
      scanFailed(actor, ago(now, chance, 1, 4), '0x80072F8F', 11),
      {
        log: 'System',
        provider: 'Microsoft-Windows-Time-Service',
        id: 36,
        level: 3,
        time: ago(now, chance, 20, 60),
        data: {},
      },
    ],
    network: {
      winHttpProxy: null,
      proxyBypass: null,
      metered: false,
      tls12Client: true,
      probes: [
        {
          target: 'https://fe3.delivery.mp.microsoft.com',
          via: 'direct',
          resolved: true,
          connected: true,
          tls: 'failed',
          status: null,
          error: 'certificate not yet valid',
          code: '0x80072F05',
        },
      ],
    },
  };
}

/** Somebody paused updates before a busy month, and November's has been waiting since. */
export function paused(actor: Actor): Life {
  const { chance } = actor;
  const { kb, title, id } = cumulative(actor, '2026-11');
  const pausedAt = later(released('2026-11'), { days: -chance.between(1, 6), hours: -9 });
  return {
    attempts: routine(actor, '2026-10'),
    windowsUpdate: {
      policy: {
        auOptions: 4,
        pausedUntil: `${later(pausedAt, { days: 35 }).slice(0, 10)}T00:00:00Z`,
      },
      scan: { mode: 'offline' },
      applicable: [
        {
          title,
          kb,
          updateId: id,
          categories: ['0fa1201d-4330-4fa8-8ae9-b877473b6441'],
          type: 'software',
          msrcSeverity: 'Critical',
          downloaded: false,
          rebootRequired: true,
          sizeBytes: chance.between(610, 980) * 1_048_576,
          releasedAt: released('2026-11'),
        },
      ],
    },
    events: [
      {
        log: 'System',
        provider: 'Microsoft-Windows-WindowsUpdateClient',
        id: 27,
        level: 4,
        time: pausedAt,
        data: {},
      },
    ],
  };
}
