/** All facts that conditions of the catalogue may speak of. Adding a fact means adding it here and in `examine.ts`. */
import { contactShape } from './contact.ts';
import { installedShape, openShape, waitingShape } from './open-failures.ts';
import { restartShape } from './restart.ts';
import { scanShape } from './scan.ts';
import type { Fact } from './shape.ts';
import { bootShape, systemShape, winreAgentShape, winreShape } from './volumes.ts';

export const SHAPES = {
  open: openShape,
  waiting: waitingShape,
  installed: installedShape,
  scan: scanShape,
  restart: restartShape,
  system: systemShape,
  boot: bootShape,
  winre: winreShape,
  winreAgent: winreAgentShape,
  contact: contactShape,
} as const;

export type FactName = keyof typeof SHAPES;

/** Every fact by name; total, unknown ones included. */
export type Facts = { readonly [K in FactName]: Fact<(typeof SHAPES)[K]> };
