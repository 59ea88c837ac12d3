// Calls a JSON-RPC port as a program of the original system does: net/rpc over jsonrpc, nothing but the standard library.
package main

import (
	"fmt"
	"log"
	"net/rpc/jsonrpc"
	"os"
)

type RPCPayload struct {
	Name string
	Data string
}

func main() {
	client, err := jsonrpc.Dial("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	var result string
	if err := client.Call("RPCServer.LogInfo", RPCPayload{Name: "from Go", Data: "日本 \"quoted\" \\ \n"}, &result); err != nil {
		log.Fatal(err)
	}
	fmt.Println(result)
	fmt.Println(client.Call("RPCServer.LogInfo", struct{ Name string }{"no data"}, &result))
	fmt.Println(client.Call("RPCServer.Nothing", RPCPayload{}, &result))
	calls := make(chan string, 50)
	for n := 0; n < 50; n++ {
		go func(n int) {
			var said string
			if err := client.Call("RPCServer.LogInfo", RPCPayload{Name: fmt.Sprint("go-", n), Data: "x"}, &said); err != nil {
				said = err.Error()
			}
			if said != fmt.Sprint("Processed payload via RPC: go-", n) {
				calls <- "wrong: " + said
				return
			}
			calls <- "right"
		}(n)
	}
	right := 0
	for n := 0; n < 50; n++ {
		if <-calls == "right" {
			right++
		}
	}
	fmt.Println(right)
}
