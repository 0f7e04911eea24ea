import MemoryPersistence from 'aedes-persistence/asyncPersistence.js';
import { packed } from './session-store.ts';
import type { SessionStore } from './session-store.ts';

type Of<Method extends keyof MemoryPersistence> = Parameters<MemoryPersistence[Method]>;

/**
 * The memory of aedes, with a store that follows it and from which it begins: sessions, queued and retained messages
 * survive a SIGKILL of the broker. Wills are not kept, as they belong to a connection.
 *
 * Not aedes-persistence-level (9.2 over classic-level 3): each of its writes is a round trip of its own to LevelDB, and they
 * end in any order. To a subscriber with a lasting session it left a quarter of the throughput of QoS 1 (this store: six
 * tenths), and aedes, which knows repetitions by their count, took for such what was overtaken: of 20,000 messages about
 * 1,000 never came before the client connected anew.
 */
export class DurablePersistence extends MemoryPersistence {
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    super();
    this.#store = store;
  }

  override async setup(...args: Of<'setup'>): Promise<void> {
    await super.setup(...args);
    for (const { packet } of this.#store.rows('retained')) await super.storeRetained(packet as Of<'storeRetained'>[0]);
    for (const { client: id, topic, qos } of this.#store.rows('subscription')) await super.addSubscriptions({ id }, [{ topic, qos }]);
    for (const { client: id, packet } of this.#store.rows('incoming')) await super.incomingStorePacket({ id }, packet);
    for (const [id, messages] of Map.groupBy(this.#store.rows('queued'), ({ client }) => client)) {
      for (const { packet } of messages) await super.outgoingEnqueue({ clientId: id }, packet);
      const queue = await super.outgoingStream({ id }).toArray(); // the packets themselves; ids are not taken over by a queue
      for (const [place, message] of messages.entries()) Object.assign(queue[place]!, message.packet, { messageId: message.id ?? undefined });
    }
  }

  override storeRetained(packet: Of<'storeRetained'>[0]): Promise<void> {
    if (packet.payload.length === 0) this.#store.tell('unretain', packet.topic);
    else this.#store.tell('retain', packet.topic, packed(packet));
    return super.storeRetained(packet);
  }

  override addSubscriptions(...[client, subscriptions]: Of<'addSubscriptions'>): Promise<void> {
    for (const { topic, qos } of subscriptions) this.#store.tell('subscribe', client.id, topic, qos);
    return super.addSubscriptions(client, subscriptions);
  }

  override removeSubscriptions(...[client, topics]: Of<'removeSubscriptions'>): Promise<void> {
    for (const topic of topics) this.#store.tell('unsubscribe', client.id, topic);
    return super.removeSubscriptions(client, topics);
  }

  override cleanSubscriptions(...[client]: Of<'cleanSubscriptions'>): Promise<void> {
    this.#store.tell('unsubscribeAll', client.id);
    return super.cleanSubscriptions(client);
  }

  override outgoingEnqueue(...[subscription, packet]: Of<'outgoingEnqueue'>): Promise<void> {
    this.#store.enqueue(subscription.clientId, packet);
    return super.outgoingEnqueue(subscription, packet);
  }

  override outgoingEnqueueCombi(...[subscriptions, packet]: Of<'outgoingEnqueueCombi'>): Promise<void> {
    for (const { clientId } of subscriptions) this.#store.enqueue(clientId, packet);
    return super.outgoingEnqueueCombi(subscriptions, packet);
  }

  /**
   * A message was given its id, or a `pubrel` takes its place. Without an identity of its own a second `pubrel` would be
   * taken for the first one (aedes-persistence 11.0): the message it stands for would come twice.
   */
  override async outgoingUpdate(...[client, packet]: Of<'outgoingUpdate'>): Promise<void> {
    const { messageId = 0 } = packet;
    const released = !packet.brokerId;
    if (released) Object.assign(packet, { brokerId: 'pubrel', brokerCounter: messageId });
    await super.outgoingUpdate(client, packet);
    if (released) this.#store.tell('replace', packed(packet), client.id, messageId);
    else this.#store.tell('send', messageId, client.id, packet.brokerId!, packet.brokerCounter ?? 0);
  }

  override outgoingClearMessageId(...[client, packet]: Of<'outgoingClearMessageId'>): ReturnType<MemoryPersistence['outgoingClearMessageId']> {
    this.#store.tell('dequeue', client.id, packet.messageId ?? 0);
    return super.outgoingClearMessageId(client, packet);
  }

  override incomingStorePacket(...[client, packet]: Of<'incomingStorePacket'>): Promise<void> {
    this.#store.tell('receive', client.id, packet.messageId ?? 0, packed({ ...packet, messageId: packet.messageId }));
    return super.incomingStorePacket(client, packet);
  }

  override incomingDelPacket(...[client, packet]: Of<'incomingDelPacket'>): Promise<void> {
    this.#store.tell('release', client.id, packet.messageId ?? 0);
    return super.incomingDelPacket(client, packet);
  }

  override cleanIncoming(...[client]: Of<'cleanIncoming'>): Promise<void> {
    this.#store.tell('releaseAll', client.id);
    return super.cleanIncoming(client);
  }
}
