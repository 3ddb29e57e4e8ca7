/** The grammar of PowerShell as a smoke check: it finds unbalanced and misspelt syntax, and no more. */
import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
const WASM = require.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');

/** A parser of PowerShell scripts. */
export async function powershellParser(): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(WASM));
  return parser;
}

/** Where the grammar gives up: line (from 1) and the text that stands there. */
export function syntaxErrors(root: Node): string[] {
  if (!root.hasError) return [];
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (node.isError || node.isMissing)
      found.push(`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
    for (const child of node.children) if (child) visit(child);
  };
  visit(root);
  return found;
}
