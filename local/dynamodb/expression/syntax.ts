/** One step of a document path: an attribute's name, an alias of one (`#name`), or an index of a list. */
export type PathStep = string | number | { readonly alias: string };

export interface DocumentPath {
  readonly kind: 'path';
  readonly steps: readonly PathStep[];
}

export interface Placeholder {
  readonly kind: 'value';
  /** With its colon, e.g. `:now`. */
  readonly name: string;
}

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** What a condition compares. */
export type Operand = DocumentPath | Placeholder | { readonly kind: 'size'; readonly of: DocumentPath };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'attribute_exists' | 'attribute_not_exists'; readonly path: DocumentPath }
  | { readonly kind: 'attribute_type' | 'begins_with' | 'contains'; readonly left: Operand; readonly right: Operand };

/** What SET assigns. */
export type Assigned =
  | DocumentPath
  | Placeholder
  | { readonly kind: 'if_not_exists'; readonly path: DocumentPath; readonly otherwise: Assigned }
  | { readonly kind: 'list_append'; readonly left: Assigned; readonly right: Assigned }
  | { readonly kind: 'plus' | 'minus'; readonly left: Assigned; readonly right: Assigned };

export type UpdateAction =
  | { readonly kind: 'set'; readonly path: DocumentPath; readonly value: Assigned }
  | { readonly kind: 'remove'; readonly path: DocumentPath }
  | { readonly kind: 'add' | 'delete'; readonly path: DocumentPath; readonly value: Placeholder };

export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

/** A parsed expression. It depends on its text alone, so it is cached by it. */
export interface Parsed<Tree> {
  readonly kind: ExpressionKind;
  readonly tree: Tree;
  /** `#names` that it uses. */
  readonly aliases: ReadonlySet<string>;
  /** `:values` that it uses. */
  readonly placeholders: ReadonlySet<string>;
}
