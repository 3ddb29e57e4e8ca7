/** Who plays: a host of the invented company, and the sites it stands in. */
import { chance } from './chance.ts';
import type { Chance } from './chance.ts';
import type { Instant } from './clock.ts';
import { PRODUCTS } from './products.ts';
import type { Product } from './products.ts';
import type { Locale } from './words.ts';

export type Group = 'office' | 'tills' | 'servers';

export interface Site {
  /** The label `site`, written as people there write it. */
  readonly label: string;
  readonly prefix: string;
  readonly locale: Locale;
  readonly utcOffsetHours: number;
  readonly subnet: string;
  /** null: its hosts fetch from Microsoft. */
  readonly wsus: string | null;
  /** What a till is called in host names there. */
  readonly till: string;
}

export const SITES = {
  milano: {
    label: 'milano',
    prefix: 'mi',
    locale: 'it-IT',
    utcOffsetHours: 1,
    subnet: '10.21',
    wsus: 'http://wsus-mi01.aurelia.example:8530',
    till: 'cassa',
  },
  torino: {
    label: 'torino',
    prefix: 'to',
    locale: 'it-IT',
    utcOffsetHours: 1,
    subnet: '10.22',
    wsus: 'http://wsus-to01.aurelia.example:8530',
    till: 'cassa',
  },
  roma: {
    label: 'roma',
    prefix: 'ro',
    locale: 'it-IT',
    utcOffsetHours: 1,
    subnet: '10.23',
    wsus: null,
    till: 'cassa',
  },
  munich: {
    label: 'münchen',
    prefix: 'muc',
    locale: 'de-DE',
    utcOffsetHours: 1,
    subnet: '10.31',
    wsus: null,
    till: 'kasse',
  },
  osaka: {
    label: '大阪',
    prefix: 'osk',
    locale: 'ja-JP',
    utcOffsetHours: 9,
    subnet: '10.81',
    wsus: 'http://wsus-osk01.aurelia.example:8530',
    till: 'レジ',
  },
} as const satisfies Record<string, Site>;

export type SiteName = keyof typeof SITES;

/** Roma's way out to the internet. */
export const ROMA_PROXY = 'proxy-ro.aurelia.example:3128';

export interface Actor {
  readonly name: string;
  readonly address: string;
  readonly site: Site;
  readonly group: Group;
  readonly ring: 'pilot' | 'broad';
  readonly product: Product;
  readonly locale: Locale;
  readonly chance: Chance;
  /** When the host was looked at. */
  readonly now: Instant;
}

/** A host by name; what the role leaves open follows from the name. */
export function actor(role: {
  readonly name: string;
  readonly number: number;
  readonly site: SiteName;
  readonly group: Group;
  readonly now: Instant;
  readonly product?: keyof typeof PRODUCTS | undefined;
}): Actor {
  const luck = chance(role.name);
  const site = SITES[role.site];
  const third = { office: 1, tills: 2, servers: 9 }[role.group];
  return {
    name: role.name,
    address: `${site.subnet}.${third}.${20 + role.number}`,
    site,
    group: role.group,
    ring: luck.happens(15) ? 'pilot' : 'broad',
    product: PRODUCTS[role.product ?? luck.pick(SHELVES[role.group])],
    // Servers are often set up in English wherever they stand.
    locale: role.group === 'servers' && luck.happens(50) ? 'en-US' : site.locale,
    chance: luck,
    now: role.now,
  };
}

type Shelf = readonly [keyof typeof PRODUCTS, ...(keyof typeof PRODUCTS)[]];

/** What a group runs; a name that stands twice is twice as common. */
const SHELVES: Readonly<Record<Group, Shelf>> = {
  office: ['windows11', 'windows11', 'windows11New', 'windows10'],
  tills: ['windows10', 'windows10', 'windows11', 'windows10Ltsc'],
  servers: ['server2016', 'server2019', 'server2022', 'server2022', 'server2025'],
};
