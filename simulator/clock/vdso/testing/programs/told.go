package main

import (
	"fmt"
	"time"
)

func main() {
	for {
		fmt.Printf("%.6f\n", float64(time.Now().UnixNano())/1e9)
		time.Sleep(20 * time.Millisecond)
	}
}
