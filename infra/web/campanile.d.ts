// Types of campanile.js, for editors and for projects in TypeScript.

export interface FieldError { field: string; code: string; message: string }

/** What a refused request was answered with; `status` 0 when nobody answered. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | null;
  readonly errors: FieldError[];
  readonly requestId: string | null;
  /** Seconds. */
  readonly retryAfter: number;
  readonly passing: boolean;
  of(field: string): string | null;
}

export type Query = Record<string, string | number | boolean | null | undefined>;
export interface RequestOptions { signal?: AbortSignal; headers?: Record<string, string>; /** The body's media type, if it is not JSON. */ type?: string }
export interface PostOptions extends RequestOptions { /** Idempotency-Key; made by itself without one. */ key?: string }
export interface Page<T> { items: T[]; page: { after: string | null; page_size: number } }

export class Api {
  constructor(options: { base?: string; token: () => Promise<string | null>; ended?: () => void });
  get<T = unknown>(path: string, query?: Query, options?: RequestOptions): Promise<T>;
  post<T = unknown>(path: string, body?: unknown, options?: PostOptions): Promise<T>;
  put<T = unknown>(path: string, body?: unknown, options?: RequestOptions): Promise<T>;
  patch<T = unknown>(path: string, body?: unknown, options?: RequestOptions): Promise<T>;
  delete<T = unknown>(path: string, query?: Query, options?: RequestOptions): Promise<T>;
  items<T = unknown>(path: string, query?: Query, options?: RequestOptions): AsyncGenerator<T>;
  pages<T = unknown>(path: string, query?: Query, options?: RequestOptions): AsyncGenerator<Page<T>>;
}

export class Signal<T> {
  constructor(value: T);
  value: T;
  /** Calls `listener` now and at every change, until `signal` is aborted. */
  watch(listener: (value: T) => void, signal?: AbortSignal): void;
}

/** The answer of `POST /v1/realtime/tickets`. */
export interface Ticket {
  ticket: string;
  expires_at: string;
  /** Where to open the socket, with the ticket in it. */
  url: string;
  /** The windows within which to come back after a socket was lost. */
  reconnect: { min_seconds: number; max_seconds: number };
}

export type SocketState = "connecting" | "live" | "polling" | "offline" | "closed";
export interface Frame { type: string; id?: string; [field: string]: unknown }

export class Socket extends EventTarget {
  readonly state: Signal<SocketState>;
  open(): void;
  close(): void;
  send(frame: { action: string; [field: string]: unknown }): boolean;
  ask(frame: { action: string; [field: string]: unknown }): Promise<Frame>;
  on(type: string, listener: (frame: Frame) => void, signal?: AbortSignal): void;
}

export interface Notification {
  id: string;
  title: string;
  body: string;
  level: "info" | "success" | "warning" | "error";
  type: string;
  priority: 1 | 2 | 3 | 4;
  popup?: boolean;
  reference?: { kind: string; id: string } | null;
  redirect_url?: string | null;
  actor?: string | null;
  actions: { label: string; url: string }[];
  created_at: string;
  read: boolean;
}

export interface Feed {
  readonly items: Signal<Notification[] | null>;
  /** At most 100, which stands for more. */
  readonly unread: Signal<number>;
  readonly problem: Signal<Problem | null>;
  read(id: string): Promise<void>;
  readAll(): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
  find(id: string): Notification | undefined;
  arrived(listener: (notification: Notification) => void, signal?: AbortSignal): void;
}

export interface Me {
  id: string;
  roles: string[];
  tenant: { id: string; name: string; locale: string; time_zone: string };
  profile?: { id: string; name: string; locale?: string; time_zone?: string; [field: string]: unknown } | null;
  memberships: { group: string; name: string; kind: string; role: string; status: string; expires_at?: string | null }[];
}

export class Client {
  readonly api: Api;
  readonly socket: Socket;
  readonly feed: Feed;
  readonly badges: { readonly mail: Signal<number>; readonly chat: Signal<number>; refresh(): void };
  readonly me: Signal<Me | null>;
  /** What the person lets pop up; `null` until it is known. */
  readonly popups: Signal<"urgent" | "all" | "none" | null>;
  navigate(url: string): void;
  is(...roles: string[]): boolean;
  start(): Promise<Me>;
  stop(): void;
}

export interface ConnectOptions {
  /** Where the API is; the page's own origin without it. */
  api?: string;
  /** Gives an access token that is in force, or `null`. */
  token: () => Promise<string | null>;
  /** Called when the token is refused. */
  ended?: () => void;
  /** Follows a link of a notification; leaves the page without it. */
  navigate?: (url: string) => void;
}

/** Connects the page, once: later calls give the same client. */
export function connect(options: ConnectOptions): Client;
/** Loads components that were not in the page when the library was imported. */
export function load(...names: string[]): Promise<unknown>;
/** The page's client, as soon as there is one. */
export function client(): Promise<Client>;

export class CampanileBell extends HTMLElement { toggle(open?: boolean): void }
export class CampanileNotifications extends HTMLElement {}

declare global {
  interface HTMLElementTagNameMap {
    "campanile-bell": CampanileBell;
    "campanile-notifications": CampanileNotifications;
    /** `view`: `mine` or `decide`. */
    "campanile-approvals": HTMLElement;
    /** `room`; give it a height. Tells `campanile-open` with `{room}`. */
    "campanile-chat": HTMLElement;
    /** `community` and `post`. Tells `campanile-open` with `{community, post}`. */
    "campanile-community": HTMLElement;
    /** `folder`, `thread` and `compose`; give it a height. Tells `campanile-open` with `{thread}`. */
    "campanile-inbox": HTMLElement;
    "campanile-popup": HTMLElement;
    "campanile-preferences": HTMLElement;
    "campanile-toasts": HTMLElement;
  }
}
