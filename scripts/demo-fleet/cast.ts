/** The cast: how many hosts of which site and group play which part, and what cause that makes. */
import type { Collected, ContactFailure } from '../../src/core/evidence.ts';
import type { Actor, Group, SiteName } from './actor.ts';
import { outOfReach, refusedSections, wsusLeftover } from './documents.ts';
import * as failing from './failing-lives.ts';
import * as healthy from './healthy-lives.ts';
import { evidence } from './life.ts';
import type { Life } from './life.ts';
import type { PRODUCTS } from './products.ts';
import * as search from './search-lives.ts';

export type Document = Collected | ContactFailure;

export interface Part {
  /** Cause id of the catalogue that comes first; `none` for a healthy host. */
  readonly cause: string;
  readonly site: SiteName;
  readonly group: Group;
  readonly product?: keyof typeof PRODUCTS;
  readonly tell: (actor: Actor) => Document;
}

/** Where a part is played, and by how many. */
type Place = readonly [site: SiteName, group: Group, hosts: number];

function parts(
  cause: string,
  places: readonly Place[],
  tell: (actor: Actor) => Document,
  product?: keyof typeof PRODUCTS,
): readonly Part[] {
  return places.flatMap(([site, group, hosts]) => {
    const part: Part = { cause, site, group, tell, ...(product && { product }) };
    return Array.from({ length: hosts }, () => part);
  });
}

function lived(life: (actor: Actor) => Life): (actor: Actor) => Document {
  return (actor) => evidence(actor, life(actor));
}

/** Full since last week, and behind the broken WSUS server since last night: neither explains the other. */
function twoCauses(actor: Actor): Life {
  const { attempts: _attempts, events = [], ...unserved } = search.wsusDown(actor);
  const full = failing.diskFull(actor, 2);
  const databaseFull = {
    log: 'Application',
    provider: 'ESENT',
    id: 413,
    level: 2,
    time: '2026-11-18T04:12:37Z',
    // JET_errDiskFull
    data: {
      param1: 'wuaueng.dll',
      param2: '4120,D,35',
      param3: 'SUS20ClientDataStore: ',
      param4: '-1808',
    },
  };
  return {
    ...full,
    ...unserved,
    space: { sizeGiB: 118, freeGiB: 0.31 },
    events: [...events, databaseFull, ...(full.events ?? [])],
  };
}

const SICK: readonly Part[] = [
  ...parts(
    'wsus-server-error',
    [
      ['milano', 'office', 14],
      ['milano', 'tills', 8],
      ['milano', 'servers', 3],
    ],
    lived(search.wsusDown),
  ),
  ...parts('disk-full', [['milano', 'office', 1]], lived(twoCauses)),
  ...parts(
    'pending-reboot',
    [
      ['torino', 'tills', 3],
      ['torino', 'servers', 1],
      ['roma', 'servers', 2],
      ['roma', 'office', 1],
      ['osaka', 'tills', 3],
      ['osaka', 'servers', 1],
      ['munich', 'office', 1],
      ['munich', 'servers', 1],
    ],
    lived(failing.restartDue),
  ),
  ...parts(
    'disk-full',
    [
      ['torino', 'tills', 4],
      ['torino', 'servers', 1],
      ['roma', 'office', 1],
      ['osaka', 'tills', 1],
    ],
    lived((actor) => failing.diskFull(actor)),
  ),
  ...parts(
    'winre-partition-small',
    [
      ['torino', 'office', 1],
      ['roma', 'office', 1],
      ['munich', 'office', 2],
    ],
    lived(failing.recoveryPartitionSmall),
    'windows10',
  ),
  ...parts(
    'winre-partition-small',
    [['munich', 'servers', 1]],
    lived(failing.recoveryPartitionSmall),
    'server2022',
  ),
  ...parts(
    'wu-service-disabled',
    [['munich', 'tills', 4]],
    lived(failing.servicesSwitchedOff),
    'windows10',
  ),
  ...parts(
    'component-store-corrupt',
    [['roma', 'servers', 1]],
    lived(failing.storeCorrupt),
    'server2022',
  ),
  ...parts(
    'component-store-corrupt',
    [['torino', 'office', 1]],
    lived(failing.storeCorrupt),
    'windows11',
  ),
  ...parts('installer-busy', [['munich', 'office', 1]], lived(failing.installerBusy)),
  ...parts(
    'proxy-misconfigured',
    [
      ['roma', 'tills', 2],
      ['roma', 'office', 1],
    ],
    lived(search.proxyWantsLogon),
  ),
  ...parts('clock-skew', [['munich', 'office', 1]], lived(search.clockBehind)),
  ...parts(
    'update-deferred-by-policy',
    [
      ['roma', 'office', 2],
      ['munich', 'office', 1],
    ],
    lived(search.paused),
    'windows11',
  ),
  ...parts('os-end-of-life', [['torino', 'office', 1]], lived(failing.endOfLife), 'windows11Old'),
  ...parts('os-end-of-life', [['munich', 'tills', 1]], lived(failing.endOfLife), 'windows10Pro'),
  ...parts(
    'unexplained-failure',
    [['torino', 'servers', 1]],
    lived(failing.unexplained),
    'server2019',
  ),
  ...parts(
    'not-enough-evidence',
    [
      ['torino', 'servers', 1],
      ['osaka', 'office', 1],
    ],
    refusedSections,
  ),
  ...parts(
    'contact-auth',
    [
      ['munich', 'servers', 2],
      ['roma', 'servers', 1],
    ],
    outOfReach('auth'),
  ),
  ...parts(
    'contact-unreachable',
    [
      ['osaka', 'office', 2],
      ['roma', 'office', 1],
      ['milano', 'office', 1],
    ],
    outOfReach('unreachable'),
  ),
  ...parts('contact-refused', [['torino', 'office', 1]], outOfReach('refused')),
  ...parts('contact-dns', [['roma', 'tills', 1]], outOfReach('dns')),
  ...parts('contact-timeout', [['osaka', 'servers', 1]], outOfReach('timeout')),
];

const WELL: readonly Part[] = [
  ...parts(
    'none',
    [
      ['torino', 'office', 4],
      ['torino', 'tills', 1],
      ['roma', 'office', 1],
      ['roma', 'tills', 1],
      ['munich', 'office', 2],
      ['munich', 'servers', 1],
      ['osaka', 'office', 4],
      ['osaka', 'tills', 2],
      ['osaka', 'servers', 1],
    ],
    lived(healthy.orderly),
  ),
  ...parts('none', [['milano', 'office', 2]], wsusLeftover),
  ...parts(
    'none',
    [
      ['torino', 'office', 1],
      ['osaka', 'tills', 1],
    ],
    lived(healthy.diskFullOnce),
  ),
  ...parts(
    'none',
    [
      ['roma', 'servers', 1],
      ['osaka', 'servers', 1],
    ],
    lived(healthy.supersededSince),
  ),
  ...parts(
    'none',
    [
      ['munich', 'office', 1],
      ['osaka', 'office', 1],
    ],
    lived(healthy.definitionHiccup),
  ),
  ...parts(
    'none',
    [
      ['torino', 'office', 1],
      ['roma', 'office', 1],
    ],
    lived(healthy.printerLeftovers),
  ),
  ...parts(
    'none',
    [
      ['munich', 'office', 1],
      ['torino', 'servers', 1],
    ],
    lived(healthy.harmlessLines),
  ),
  ...parts('none', [['munich', 'tills', 1]], lived(healthy.switchedBackOn)),
  ...parts(
    'none',
    [
      ['roma', 'office', 2],
      ['roma', 'tills', 1],
    ],
    lived(healthy.proxyWorks),
  ),
  ...parts('none', [['osaka', 'tills', 2]], lived(healthy.tightDisk)),
  ...parts('none', [['torino', 'tills', 1]], lived(healthy.searchHiccup)),
  ...parts('none', [['munich', 'tills', 1]], lived(healthy.licenceUnknown), 'windows10'),
  ...parts('none', [['munich', 'tills', 1]], lived(healthy.orderly), 'windows10Ltsc'),
  ...parts('none', [['osaka', 'office', 1]], lived(healthy.certificatesOld)),
  ...parts('none', [['torino', 'servers', 1]], lived(healthy.spoolerCrashed)),
];

export const CAST: readonly Part[] = [...SICK, ...WELL];
