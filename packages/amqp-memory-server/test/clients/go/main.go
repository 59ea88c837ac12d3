// What a Go service does with an AMQP server, through amqp091-go. Prints a line for each step that went well.
//
// Usage: client URL [--restart]   With --restart the server is stopped after "waiting" and started again after "closed".
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const mib = 1024 * 1024

var patience, _ = context.WithTimeout(context.Background(), 30*time.Second)

func main() {
	url := os.Args[1]
	connection := must(amqp.Dial(url))
	publishesAndConsumes(connection)
	holdsItsPrefetch(connection)
	nacksAndGets(connection)
	isHandedBackWhatNobodyTakes(connection)
	callsThroughDirectReply(connection)
	carriesLargeMessages(connection)
	outlivesAChannelError(connection)
	check(connection.Close())
	keepsASilentConnection(url)
	if len(os.Args) > 2 {
		livesThroughARestart(url)
	}
}

func publishesAndConsumes(connection *amqp.Connection) {
	channel := must(connection.Channel())
	check(channel.Confirm(false))
	queue := privateQueue(channel)
	exchange := fmt.Sprintf("clients.go.exchange.%d", time.Now().UnixNano())
	check(channel.ExchangeDeclare(exchange, "topic", false, true, false, false, nil))
	check(channel.QueueBind(queue, "order.*", exchange, false, nil))
	for number := range 20 {
		confirm := must(channel.PublishWithDeferredConfirmWithContext(patience, exchange, "order.made", false, false, amqp.Publishing{
			DeliveryMode: amqp.Persistent,
			Headers:      amqp.Table{"number": int32(number), "nested": amqp.Table{"list": []any{"two", nil}}},
			Body:         fmt.Appendf(nil, "#%d", number),
		}))
		expect(must(confirm.WaitContext(patience)), "message %d is confirmed", number)
	}
	deliveries := must(channel.Consume(queue, "", false, false, false, false, nil))
	for number := range 20 {
		delivery := next(deliveries)
		expect(string(delivery.Body) == fmt.Sprintf("#%d", number), "body %q is number %d", delivery.Body, number)
		expect(delivery.Headers["number"] == int32(number), "header %v is %d", delivery.Headers["number"], number)
		check(delivery.Ack(false))
	}
	check(channel.Close())
	step("publishes with confirms, consumes and acknowledges")
}

func holdsItsPrefetch(connection *amqp.Connection) {
	channel := must(connection.Channel())
	check(channel.Qos(3, 0, false))
	queue := privateQueue(channel)
	for range 10 {
		publish(channel, queue, false, amqp.Publishing{Body: []byte("work")})
	}
	deliveries := must(channel.Consume(queue, "", false, false, false, false, nil))
	first := next(deliveries)
	next(deliveries)
	next(deliveries)
	expectSilence(deliveries)
	check(first.Ack(false))
	next(deliveries)
	expectSilence(deliveries)
	check(channel.Close())
	step("holds no more than its prefetch")
}

func nacksAndGets(connection *amqp.Connection) {
	channel := must(connection.Channel())
	queue := privateQueue(channel)
	publish(channel, queue, false, amqp.Publishing{Body: []byte("again")})
	first, ok, err := channel.Get(queue, false)
	check(err)
	expect(ok && !first.Redelivered, "the first get is no redelivery")
	check(first.Nack(false, true))
	second, ok, err := channel.Get(queue, false)
	check(err)
	expect(ok && second.Redelivered, "the second get is a redelivery")
	check(second.Ack(false))
	_, ok, err = channel.Get(queue, false)
	check(err)
	expect(!ok, "the queue is empty")
	check(channel.Close())
	step("gets a nacked message again")
}

func isHandedBackWhatNobodyTakes(connection *amqp.Connection) {
	channel := must(connection.Channel())
	returns := channel.NotifyReturn(make(chan amqp.Return, 1))
	publish(channel, "clients.go.nowhere", true, amqp.Publishing{Body: []byte("back")})
	select {
	case returned := <-returns:
		expect(returned.ReplyCode == 312 && string(returned.Body) == "back", "returned: %v", returned)
	case <-patience.Done():
		fail("nothing was returned")
	}
	check(channel.Close())
	step("is handed back what no queue takes")
}

func callsThroughDirectReply(connection *amqp.Connection) {
	server, caller := must(connection.Channel()), must(connection.Channel())
	queue := privateQueue(server)
	requests := must(server.Consume(queue, "", false, false, false, false, nil))
	replies := must(caller.Consume("amq.rabbitmq.reply-to", "", true, false, false, false, nil))
	publish(caller, queue, false, amqp.Publishing{ReplyTo: "amq.rabbitmq.reply-to", CorrelationId: "7", Body: []byte("ask")})
	request := next(requests)
	publish(server, request.ReplyTo, false, amqp.Publishing{CorrelationId: request.CorrelationId, Body: append(request.Body, '!')})
	check(request.Ack(false))
	reply := next(replies)
	expect(reply.CorrelationId == "7" && string(reply.Body) == "ask!", "reply %q to %q", reply.Body, reply.CorrelationId)
	check(server.Close())
	check(caller.Close())
	step("calls and answers through direct reply-to")
}

func carriesLargeMessages(connection *amqp.Connection) {
	channel := must(connection.Channel())
	queue := privateQueue(channel)
	for _, size := range []int{mib, 10 * mib} {
		body := make([]byte, size)
		for at := range body {
			body[at] = byte(at ^ at>>8 ^ at>>16)
		}
		publish(channel, queue, false, amqp.Publishing{Body: body})
		delivery, ok, err := channel.Get(queue, true)
		check(err)
		expect(ok && bytes.Equal(delivery.Body, body), "%d bytes come back as they went", size)
	}
	check(channel.Close())
	step("carries 1 MiB and 10 MiB unharmed")
}

func outlivesAChannelError(connection *amqp.Connection) {
	channel := must(connection.Channel())
	_, err := channel.QueueDeclarePassive("clients.go.missing", false, false, false, false, nil)
	var closed *amqp.Error
	expect(errors.As(err, &closed) && closed.Code == amqp.NotFound, "a passive declaration of nothing: %v", err)
	check(must(connection.Channel()).Close())
	step("works on after an error closed a channel")
}

func keepsASilentConnection(url string) {
	connection := must(amqp.DialConfig(url, amqp.Config{Heartbeat: time.Second, Vhost: "/"}))
	time.Sleep(3 * time.Second)
	expect(!connection.IsClosed(), "the connection is open after three seconds of silence")
	check(must(connection.Channel()).Close())
	check(connection.Close())
	step("keeps a silent connection with heartbeats")
}

func livesThroughARestart(url string) {
	connection := must(amqp.Dial(url))
	closed := connection.NotifyClose(make(chan *amqp.Error, 1))
	step("waiting")
	select {
	case err := <-closed:
		expect(err != nil && err.Code == amqp.ConnectionForced, "closed with %v", err)
	case <-patience.Done():
		fail("the connection was not closed")
	}
	step("closed")
	connection, err := amqp.Dial(url)
	for ; err != nil && patience.Err() == nil; connection, err = amqp.Dial(url) {
		time.Sleep(20 * time.Millisecond)
	}
	check(err)
	privateQueue(must(connection.Channel()))
	check(connection.Close())
	step("sees the server stop with 320 and connects to the next one")
}

func privateQueue(channel *amqp.Channel) string {
	return must(channel.QueueDeclare("", false, false, true, false, nil)).Name
}

func publish(channel *amqp.Channel, key string, mandatory bool, message amqp.Publishing) {
	check(channel.PublishWithContext(patience, "", key, mandatory, false, message))
}

func next(deliveries <-chan amqp.Delivery) amqp.Delivery {
	select {
	case delivery, open := <-deliveries:
		expect(open, "the consumer is still there")
		return delivery
	case <-patience.Done():
		fail("no message came")
		panic("unreachable")
	}
}

func expectSilence(deliveries <-chan amqp.Delivery) {
	select {
	case delivery := <-deliveries:
		fail("one message too many: %q", delivery.Body)
	case <-time.After(100 * time.Millisecond):
	}
}

func step(name string) { fmt.Println(name) }

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(held bool, what string, values ...any) {
	if !held {
		fail("not so: "+what, values...)
	}
}

func fail(what string, values ...any) { panic(fmt.Sprintf(what, values...)) }
