import type { AwsError } from '../../service.ts';
import { dynamoDbLimits } from '../limits.ts';
import { invalid } from '../validation.ts';
import { isReservedWord } from './reserved-words.ts';
import type { DocumentPath, ExpressionKind, PathStep, Placeholder } from './syntax.ts';
import { syntaxError, type Token, tokenize } from './tokenize.ts';

/** Reads an expression token by token, and notes the aliases and placeholders that it met. */
export class TokenReader {
  readonly kind: ExpressionKind;
  readonly aliases = new Set<string>();
  readonly placeholders = new Set<string>();
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #operators = 0;

  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    this.#text = text;
    this.#tokens = tokenize(kind, text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  unexpected(): AwsError {
    return syntaxError(this.kind, this.#text, this.peek());
  }

  fail(message: string): AwsError {
    return invalid(`Invalid ${this.kind}: ${message}`);
  }

  /** An operator or a function was read. */
  countOperator(): void {
    this.#operators++;
    const { most } = dynamoDbLimits.operators;
    if (this.#operators > most)
      throw this.fail(`The expression contains more operators than allowed; maximum operators allowed: ${most}`);
  }

  atSymbol(symbol: string): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && token.text === symbol;
  }

  /** Keywords are written in any case. */
  atKeyword(keyword: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.toUpperCase() === keyword;
  }

  /** Whether a function call stands here. */
  atCall(): boolean {
    const after = this.peek(1);
    return this.peek().kind === 'word' && after.kind === 'symbol' && after.text === '(';
  }

  skipSymbol(symbol: string): boolean {
    if (!this.atSymbol(symbol)) return false;
    this.#next++;
    return true;
  }

  skipKeyword(keyword: string): boolean {
    if (!this.atKeyword(keyword)) return false;
    this.#next++;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.skipSymbol(symbol)) throw this.unexpected();
  }

  expectKeyword(keyword: string): void {
    if (!this.skipKeyword(keyword)) throw this.unexpected();
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  readPlaceholder(): Placeholder {
    if (this.peek().kind !== 'placeholder') throw this.unexpected();
    const name = this.take().text;
    this.placeholders.add(name);
    return { kind: 'value', name };
  }

  readPath(): DocumentPath {
    const steps: PathStep[] = [this.#readName()];
    for (;;) {
      if (this.skipSymbol('.')) steps.push(this.#readName());
      else if (this.peek().kind === 'index') steps.push(Number(this.take().text));
      else return { kind: 'path', steps };
    }
  }

  #readName(): PathStep {
    const token = this.peek();
    if (token.kind === 'alias') {
      this.aliases.add(token.text);
      this.#next++;
      return { alias: token.text };
    }
    if (token.kind !== 'word') throw this.unexpected();
    if (isReservedWord(token.text)) {
      throw this.fail(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    this.#next++;
    return token.text;
  }

  /** Reads one or more, separated by commas. */
  readList<T>(read: () => T): readonly T[] {
    const elements = [read()];
    while (this.skipSymbol(',')) elements.push(read());
    return elements;
  }
}
